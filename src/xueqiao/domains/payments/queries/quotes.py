"""Reads of prices: what somebody would pay now, by which scheme, concession and vouchers."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, Sum

from xueqiao.domains.payments.errors.quotes import VoucherSchemeNotFound
from xueqiao.domains.payments.models import Concession, ShareScheme, Voucher, VoucherScheme, VoucherUse
from xueqiao.domains.payments.parameters import (
    CONCESSION_PERCENTS,
    CONCESSION_WEIGHTS,
    SUBSIDY_WEIGHTS,
    VOUCHER_ORDER,
    VOUCHERS_PER_BILL,
)
from xueqiao.domains.payments.rules.bills import CNY, budget_account
from xueqiao.domains.payments.rules.quotes import concession_fen, is_in_force, shares_quoted, vouchers_applied
from xueqiao.domains.payments.values.bills import BillView
from xueqiao.domains.payments.values.quotes import (
    BillQuote,
    ConcessionUse,
    ConcessionView,
    ShareSchemeRow,
    ShareSchemeView,
    VoucherOffer,
    VoucherPart,
    VoucherSchemeView,
    VoucherView,
)
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.ledger.api import balances_of, find_unit
from xueqiao.foundation.parameters.api import ParameterValue, parameters_at
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope

SCHEME_ROLES = ("county_officer", "city_officer", "province_officer")
CONCESSION_ROLES = ("centre_clerk", *SCHEME_ROLES)


def quote_bill(
    *,
    person_id: int,
    institution_id: int,
    region: int,
    price_fen: int,
    subsidy_fen: int,
    on: date,
    programme: str = "",
) -> BillQuote:
    """What this person would pay for a thing of this price today: concession and vouchers applied by themselves.

    Reads only; what is promised here is reserved by `make_bill`, which refuses with VoucherGone when another bill was
    faster. on: today. Not a page's business who asks: the caller checked that.
    """
    values = parameters_at(
        [
            SUBSIDY_WEIGHTS.name,
            CONCESSION_WEIGHTS.name,
            CONCESSION_PERCENTS.name,
            VOUCHER_ORDER.name,
            VOUCHERS_PER_BILL.name,
        ],
        region=region,
        on=on,
        institution_id=institution_id,
    )
    weights, source = _subsidy_weights(region, programme, on, values[SUBSIDY_WEIGHTS.name])
    after = price_fen - subsidy_fen
    concession = _concession_of(person_id, after, on, values[CONCESSION_PERCENTS.name]) if after else None
    off = concession.amount_fen if concession else 0
    parts = vouchers_applied(
        after - off,
        _offers_for(person_id, on, has_concession=concession is not None) if after > off else [],
        order=values[VOUCHER_ORDER.name].value,
        count_max=values[VOUCHERS_PER_BILL.name].value,
    )
    shares = shares_quoted(
        price_fen=price_fen,
        subsidy_fen=subsidy_fen,
        subsidy_weights=weights,
        concession=off,
        concession_weights=values[CONCESSION_WEIGHTS.name].value,
        vouchers=parts,
    )
    return BillQuote(price_fen, subsidy_fen, concession, parts, shares, source)


def quote_of_bill(bill: BillView, *, subsidy_fen: int, made_on: date) -> BillQuote:
    """The quote that a bill was made at, told from the bill itself: for pages that come back to it."""
    uses = VoucherUse.objects.filter(bill_id=bill.id).select_related("voucher__scheme").order_by("voucher_id")
    vouchers = tuple(VoucherPart(u.voucher_id, u.voucher.scheme_id, u.voucher.scheme.title, u.amount_fen) for u in uses)
    off = bill.amount_fen - subsidy_fen - sum(part.amount_fen for part in vouchers) - bill.to_pay_fen
    row = live_concession(bill.beneficiary_id, made_on) if off > 0 else None
    after = bill.amount_fen - subsidy_fen
    concession = ConcessionUse(row.kind, off * 100 // after, off, row.valid_to, "") if row and off > 0 else None
    return BillQuote(bill.amount_fen, subsidy_fen, concession, vouchers, bill.shares, "")


def share_scheme_at(*, region: int, on: date, programme: str = "") -> ShareSchemeView | None:
    """The written split in force at a place on a day, or None: nearest unit, then the named programme, then latest."""
    places = [int(code) for code in RegionCode(region).lineage]
    rows = ShareScheme.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=on),
        region__in=places,
        programme__in={"", programme},
        valid_from__lte=on,
        approved_by__isnull=False,
    )
    best = max(
        rows,
        key=lambda row: (RegionCode(row.region).level, row.programme != "", row.valid_from, row.pk),
        default=None,
    )
    return scheme_view(best) if best else None


def access_share_schemes(*, actor: Actor, limit: int = 100) -> list[ShareSchemeRow]:
    """Written splits of the actor's units, those that wait for a second signature first. Raises NotAllowed."""
    people.require_role(actor, *SCHEME_ROLES)
    within = Q(pk__in=[])
    for low, high in actor.scope.ranges:
        within |= Q(region__range=(low, high))
    rows = ShareScheme.objects.filter(within).select_related("made_by", "approved_by").order_by("-made_at", "-pk")
    found = [
        ShareSchemeRow(
            view=scheme_view(row),
            is_approved=row.approved_by_id is not None,
            is_mine=row.made_by_id == actor.person_id,
            made_by=row.made_by.name if row.made_by else "",
            approved_by=row.approved_by.name if row.approved_by else "",
        )
        for row in rows[:limit]
    ]
    return sorted(found, key=lambda row: row.is_approved)


def scheme_view(row: ShareScheme) -> ShareSchemeView:
    return ShareSchemeView(
        scheme_id=row.pk,
        title=row.title,
        source=row.source,
        region=row.region,
        programme=row.programme,
        government=row.government,
        market=row.market,
        institution=row.institution,
        learner=row.learner,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def shares_at(
    *, price_fen: int, subsidy_fen: int, region: int, institution_id: int, on: date, programme: str = ""
) -> BillQuote:
    """Who carries a class's price before anybody's own concession or vouchers: for the class page."""
    values = parameters_at([SUBSIDY_WEIGHTS.name], region=region, on=on, institution_id=institution_id)
    weights, source = _subsidy_weights(region, programme, on, values[SUBSIDY_WEIGHTS.name])
    shares = shares_quoted(
        price_fen=price_fen,
        subsidy_fen=subsidy_fen,
        subsidy_weights=weights,
        concession=0,
        concession_weights=weights,
        vouchers=(),
    )
    return BillQuote(price_fen, subsidy_fen, None, (), shares, source)


def access_vouchers(*, actor: Actor, person_ids: Iterable[int], on: date) -> list[VoucherView]:
    """Vouchers of persons the actor sees, those of automatic schemes not used yet included; soonest to expire first."""
    wanted = [pid for pid in person_ids if actor.scope.everything_because or pid in actor.scope.person_ids]
    views = [
        VoucherView(v.uuid, v.scheme.kind, v.scheme.title, v.amount_fen, v.used_fen, v.valid_to, v.valid_to < on)
        for v in Voucher.objects.within(Scope.of_persons(wanted))
        .select_related("scheme")
        .order_by("valid_to", "pk")[:50]
    ]
    for person_id in wanted:
        has_concession = live_concession(person_id, on) is not None
        views += [
            VoucherView(s.uuid, s.kind, s.title, s.amount_fen, 0, s.valid_to, False)
            for s in _automatic_schemes(person_id, on, has_concession=has_concession)
        ]
    return views


def access_voucher_schemes(*, actor: Actor, limit: int = 100) -> list[VoucherSchemeView]:
    """Voucher schemes of the actor's units with their budgets, newest first. Raises NotAllowed."""
    people.require_role(actor, *SCHEME_ROLES)
    within = Q(pk__in=[])
    for low, high in actor.scope.ranges:
        within |= Q(region__range=(low, high))
    rows = list(VoucherScheme.objects.filter(within).order_by("-made_at", "-pk")[:limit])
    return _scheme_views(rows)


def access_voucher_scheme(*, actor: Actor, scheme_uuid: UUID) -> VoucherSchemeView:
    """One scheme of the actor's units. Raises NotAllowed, VoucherSchemeNotFound."""
    people.require_role(actor, *SCHEME_ROLES)
    row = VoucherScheme.objects.filter(uuid=scheme_uuid).first()
    if row is None or not actor.scope.has_region(row.region):
        raise VoucherSchemeNotFound
    return _scheme_views([row])[0]


def _scheme_views(rows: list[VoucherScheme]) -> list[VoucherSchemeView]:
    ids = [row.pk for row in rows]
    books = balances_of(CNY, [budget_account(pk) for pk in ids]) if ids and find_unit(CNY) else {}
    holders = dict(
        Voucher.objects.within(Scope.everything("counts of one scheme"))
        .filter(scheme_id__in=ids)
        .values_list("scheme_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    spent = {
        scheme_id: amount - back
        for scheme_id, amount, back in VoucherUse.objects.filter(voucher__scheme_id__in=ids, state="spent")
        .values_list("voucher__scheme_id")
        .annotate(amount=Sum("amount_fen"), back=Sum("returned_fen"))
        .order_by()
    }
    views = []
    for row in rows:
        balance = books.get(budget_account(row.pk))
        views.append(
            VoucherSchemeView(
                uuid=row.uuid,
                id=row.pk,
                kind=row.kind,
                title=row.title,
                source=row.source,
                region=row.region,
                sponsor=row.sponsor,
                amount_fen=row.amount_fen,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                state=row.state,
                budget_fen=balance.available if balance else 0,
                reserved_fen=balance.held_out if balance else 0,
                spent_fen=spent.get(row.pk, 0),
                holders=holders.get(row.pk, 0),
            )
        )
    return views


def live_concession(person_id: int, on: date) -> Concession | None:
    """The person's checked concession in force on a day, the longest lasting one of each kind first; or None."""
    rows = (
        Concession.objects.within(Scope.everything("a price asks for one person's concession"))
        .filter(person_id=person_id, ended_at=None, valid_from__lte=on, valid_to__gte=on)
        .order_by("-valid_to", "pk")
    )
    # Hardship is the strongest wherever percents are ordered sensibly; equal kinds differ only in their last day.
    return min(rows, key=lambda row: row.kind != "hardship", default=None)


def access_concessions(*, actor: Actor, person_id: int, now: datetime) -> list[ConcessionView]:
    """Concessions of one person, for herself, those who act for her, and desk staff of the unit that saw the proof."""
    scope = actor.scope
    rows = Concession.objects.within(scope).select_related("person").filter(person_id=person_id).order_by("-pk")[:50]
    return [concession_view(row, clock.local_date(now)) for row in rows]


def access_concessions_checked(*, actor: Actor, now: datetime, limit: int = 100) -> list[ConcessionView]:
    """Concessions that desks of the actor's units have recorded, newest first. Raises NotAllowed."""
    people.require_role(actor, *CONCESSION_ROLES)
    rows = Concession.objects.within(Scope(ranges=actor.scope.ranges)).select_related("person").order_by("-pk")[:limit]
    return [concession_view(row, clock.local_date(now)) for row in rows]


def concession_view(row: Concession, day: date) -> ConcessionView:
    return ConcessionView(
        uuid=row.uuid,
        person_id=row.person_id,
        person_name=row.person.name,
        kind=row.kind,
        proof=row.proof,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        checked_at=row.checked_at,
        is_live=row.ended_at is None and is_in_force(row.valid_from, row.valid_to, day),
    )


def _subsidy_weights(region: int, programme: str, on: date, parameter: ParameterValue) -> tuple[dict[str, int], str]:
    """Weights of who carries the subsidy and where they are written: a scheme in force, else the parameter."""
    scheme = share_scheme_at(region=region, on=on, programme=programme)
    if scheme is None or scheme.learner == 100:
        return dict(parameter.value), parameter.source
    weights = {kind: percent for kind, percent in scheme.percents.items() if kind != "learner"}
    return weights, f"{scheme.title}（{scheme.source}）"


def _concession_of(person_id: int, after_fen: int, on: date, percents: ParameterValue) -> ConcessionUse | None:
    row = live_concession(person_id, on)
    if row is None:
        return None
    percent = int(percents.value[row.kind])
    amount = concession_fen(after_subsidy_fen=after_fen, percent=percent)
    return ConcessionUse(row.kind, percent, amount, row.valid_to, percents.source) if amount else None


def _offers_for(person_id: int, on: date, *, has_concession: bool) -> list[VoucherOffer]:
    """Vouchers the person could use on a day: those she holds, and those of automatic schemes made at first use."""
    held = [
        (v.pk, v.scheme, v.amount_fen - v.used_fen, v.valid_to)
        for v in Voucher.objects.within(Scope.everything("a price asks for one person's vouchers"))
        .select_related("scheme")
        .filter(person_id=person_id, valid_from__lte=on, valid_to__gte=on, scheme__state="open")
    ]
    coming = [
        (0, scheme, scheme.amount_fen, scheme.valid_to)
        for scheme in _automatic_schemes(person_id, on, has_concession=has_concession)
    ]
    found = held + coming
    if not found or find_unit(CNY) is None:
        return []
    books = balances_of(CNY, [budget_account(scheme.pk) for _pk, scheme, _left, _to in found])
    return [
        VoucherOffer(pk, scheme.pk, scheme.kind, scheme.title, left, books[budget_account(scheme.pk)].available, last)
        for pk, scheme, left, last in found
        if budget_account(scheme.pk) in books
    ]


def _automatic_schemes(person_id: int, on: date, *, has_concession: bool) -> list[VoucherScheme]:
    """Learning schemes this person is entitled to and has no voucher of in this year: by home, age and concession."""
    home = people.homes_of([person_id]).get(person_id)
    if home is None:
        return []
    rows = VoucherScheme.objects.filter(
        kind="learning",
        state="open",
        region__in=[int(code) for code in RegionCode(home).lineage],
        valid_from__lte=on,
        valid_to__gte=on,
    ).exclude(
        pk__in=Voucher.objects.within(Scope.everything("one person's vouchers"))
        .filter(person_id=person_id, year=on.year)
        .values("scheme_id")
    )
    if not rows:
        return []
    age = people.age_on(people.birth_dates_of([person_id])[person_id], on)
    return [
        row
        for row in rows
        if (row.age_min is None or age >= row.age_min)
        and (row.age_max is None or age <= row.age_max)
        and (has_concession or not row.needs_concession)
    ]
