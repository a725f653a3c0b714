"""The page list is complete: what is not listed is not tested."""

from django.urls import URLPattern, URLResolver, get_resolver

from tests.pages import NOT_PAGES, PAGES


def named_urls() -> set[str]:
    """Every named URL of the web channel: the names with an underscore and no namespace."""

    def walk(patterns: list[URLPattern | URLResolver]) -> set[str]:
        found: set[str] = set()
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace is None:
                    found |= walk(pattern.url_patterns)
            elif pattern.callback.__module__.startswith("xueqiao.channels.web") and pattern.name:
                found.add(pattern.name)
        return found

    return walk(get_resolver().url_patterns)


def test_every_named_url_is_in_the_page_list() -> None:
    assert named_urls() - {page.name for page in PAGES} - set(NOT_PAGES) == set()


def test_every_listed_page_has_a_url() -> None:
    assert ({page.name for page in PAGES} | set(NOT_PAGES)) - named_urls() == set()


def test_no_page_is_listed_as_no_page_and_labels_are_unique() -> None:
    assert {page.name for page in PAGES} & set(NOT_PAGES) == set()
    labels = [page.id for page in PAGES]
    assert len(labels) == len(set(labels))
