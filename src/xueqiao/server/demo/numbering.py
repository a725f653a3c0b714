"""Ids of the network after what is in the tables already."""

from xueqiao.server.demo.network import Network


def renumbered(network: Network, *, institutions: int, venues: int, rooms: int) -> Network:
    """The same network with ids that begin after what is in the tables (nothing to do for an empty database)."""
    if not (institutions or venues or rooms):
        return network
    moved = Network()
    for row in network.institutions:
        heir = None if row.merged_into_id is None else row.merged_into_id + institutions
        moved.institutions.append(row._replace(id=row.id + institutions, merged_into_id=heir))
    for link in network.parents:
        moved.parents.append(
            link._replace(child_id=link.child_id + institutions, parent_id=link.parent_id + institutions)
        )
    moved.areas += [row._replace(institution_id=row.institution_id + institutions) for row in network.areas]
    moved.certificates += [
        row._replace(institution_id=row.institution_id + institutions) for row in network.certificates
    ]
    moved.venues += [
        row._replace(id=row.id + venues, institution_id=row.institution_id + institutions) for row in network.venues
    ]
    moved.rooms += [row._replace(id=row.id + rooms, venue_id=row.venue_id + venues) for row in network.rooms]
    return moved
