"""Somebody with a browser that has JavaScript off: opens pages, follows links by their words, fills in forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx


@dataclass
class Form:
    """A form as the page offers it: address, method, and the fields with the values they would be sent with."""

    action: str
    method: str
    data_action: str
    name: str = ""  # its id: buttons outside the form name it
    fields: dict[str, str | list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, words


@dataclass
class Link:
    href: str
    words: str
    data_action: str


class Page(HTMLParser):
    """One page read: status, words, links, forms."""

    _SKIPPED = {"script", "style"}
    _VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(convert_charrefs=True)
        self.response = response
        self.status = response.status_code
        self.url = str(response.url)
        self.links: list[Link] = []
        self.forms: list[Form] = []
        self.lang = ""
        self._words: list[str] = []
        self._skip = 0
        self._form: Form | None = None
        self._link: Link | None = None
        self._button: tuple[Form, list[str]] | None = None
        self._select: str | None = None
        self._option: tuple[str, bool] | None = None
        self._textarea: str | None = None
        if "html" in response.headers.get("content-type", ""):
            self.feed(response.text)

    @property
    def words(self) -> str:
        """All visible words, white space folded."""
        return " ".join(" ".join(self._words).split())

    def says(self, *phrases: str) -> bool:
        """True when every phrase stands on the page (spaces ignored, because layout may break lines)."""
        page = self.words.replace(" ", "")
        return all(phrase.replace(" ", "") in page for phrase in phrases)

    def form(self, part: str) -> Form:
        """The form of this data-action or id, or whose address contains `part`. Raises LookupError."""
        for form in self.forms:
            if part in (form.data_action, form.name, form.action) or part in form.action:
                return form
        offered = [(form.data_action, form.action) for form in self.forms]
        raise LookupError(
            f"{self.url} ({self.status}) offers no form {part!r}, only {offered}; it says: {self.words[:300]}"
        )

    def form_with(self, words: str) -> Form:
        """The form with a button that says `words`. Raises LookupError with what the buttons say."""
        for form in self.forms:
            if any(words in said for _name, _value, said in form.buttons):
                return form
        said = [button[2] for form in self.forms for button in form.buttons]
        raise LookupError(f"{self.url} ({self.status}) has no button {words!r}, only {said}")

    def link(self, part: str) -> str:
        """Address of the first link whose data-action, words or address contain `part`. Raises LookupError."""
        for link in self.links:
            if part == link.data_action or part in link.words or part in link.href:
                return link.href
        raise LookupError(f"{self.url} ({self.status}) has no link {part!r}; it says: {self.words[:300]}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag in self._SKIPPED:
            self._skip += 1
        elif tag == "html":
            self.lang = at.get("lang", "")
        elif tag == "form":
            method = at.get("method", "get").lower()
            self._form = Form(
                urljoin(self.url, at.get("action", "")), method, at.get("data-action", ""), at.get("id", "")
            )
            self.forms.append(self._form)
        elif tag == "a" and "href" in at:
            self._link = Link(urljoin(self.url, at["href"]), "", at.get("data-action", ""))
            self.links.append(self._link)
        elif (form := self._form_of(at)) is not None:
            self._field(form, tag, at)

    def _form_of(self, at: dict[str, str]) -> Form | None:
        """The form a control belongs to: the one it names, or the one it stands in."""
        named = at.get("form", "")
        return next((form for form in self.forms if form.name == named), None) if named else self._form

    def _field(self, form: Form, tag: str, at: dict[str, str]) -> None:
        name, kind = at.get("name", ""), at.get("type", "text").lower()
        if tag == "button" or (tag == "input" and kind == "submit"):
            form.buttons.append((name, at.get("value", ""), at.get("value", "")))
            if at.get("data-action") and not form.data_action:
                form.data_action = at["data-action"]
            self._button = (form, []) if tag == "button" else None
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select is not None:
            if "selected" in at or self._select not in form.fields:
                form.fields[self._select] = at.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            form.fields[name] = ""
        elif tag == "input" and name and "disabled" not in at:
            if kind in ("checkbox", "radio"):
                if "checked" in at:
                    self._add(form, name, at.get("value", "on"), many=kind == "checkbox")
            else:
                self._add(form, name, at.get("value", ""), many=kind == "hidden")

    @staticmethod
    def _add(form: Form, name: str, value: str, *, many: bool) -> None:
        before = form.fields.get(name)
        if many and before is not None:
            form.fields[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SKIPPED:
            self._skip -= 1
        elif tag == "form":
            self._form = None
        elif tag == "a":
            self._link = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "button" and self._button is not None:
            form, words = self._button
            name, value, _ = form.buttons[-1]
            form.buttons[-1] = (name, value, "".join(words).strip())
            self._button = None

    def handle_data(self, text: str) -> None:
        if self._skip:
            return
        if self._textarea is not None and self._form is not None:
            self._form.fields[self._textarea] = text
        if self._link is not None:
            self._link.words += text.strip()
        if self._button is not None:
            self._button[1].append(text)
        if text.strip():
            self._words.append(text.strip())


class Visitor:
    """One person at one browser: cookies kept, redirects followed, nothing scripted."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address
        self._client = httpx.Client(
            base_url=address,
            follow_redirects=True,
            timeout=30,
            headers={"Accept-Language": "zh-CN", "User-Agent": "xueqiao-journey"},
        )

    def open(self, path: str, **query: str) -> Page:
        """GET a path or address of the region."""
        return Page(self._client.get(self._own(path), params=query or None))

    def fetch(self, path: str, **headers: str) -> httpx.Response:
        """GET the bytes of a file or an API answer."""
        return self._client.get(self._own(path), headers=headers)

    def send(self, page: Page, part: str, press: str | None = None, **values: str | list[str]) -> Page:
        """Fill in the form `part` of `page` and press its button; `press` names the button's value or words."""
        return self.press(page, page.form(part), press, **values)

    def press(self, page: Page, form: Form, press: str | None = None, **values: str | list[str]) -> Page:
        """The same for a form already in hand."""
        sent = dict(form.fields) | values
        for name, value, words in form.buttons:
            if name and (press is None or press in (value, words) or press in words):
                sent[name] = value
                break
        if form.method == "get":
            return Page(self._client.get(form.action, params=sent))
        return Page(self._client.post(form.action, data=sent, headers={"Referer": page.url, "Origin": self.address}))

    def post(self, path: str, body: bytes, **headers: str) -> httpx.Response:
        """POST raw bytes, as a gateway or an API client does."""
        return self._client.post(self._own(path), content=body, headers=headers)

    def call(self, method: str, path: str, **kwargs: object) -> httpx.Response:
        """Any other request with this visitor's cookies."""
        return self._client.request(method, self._own(path), **kwargs)  # type: ignore[arg-type]

    def cookie(self, name: str) -> str:
        return self._client.cookies.get(name, "") or ""

    def close(self) -> None:
        self._client.close()

    def _own(self, path: str) -> str:
        parts = urlsplit(path)
        return path if not parts.netloc else parts._replace(scheme="", netloc="").geturl()
