"""The journey's reader of pages: a mistake here would make every step lie."""

import httpx

from xueqiao.channels.console.journey.draw import seats_offered
from xueqiao.channels.console.journey.visitor import Page

HTML = """<html lang="zh-Hans"><body><a href="/find/" data-action="open">找 课</a>
<form action="/roll/" method="post"><input type="hidden" name="seen" value="1">
<input type="hidden" name="seen" value="2">
<input type="checkbox" name="absent" value="1"><input type="checkbox" name="absent" value="2" checked>
<input name="off" value="x" disabled>
<select name="room"><option value="7">a</option><option value="8" selected>b</option></select>
<textarea name="why">因为</textarea>
<button type="submit" name="way" value="pay" data-action="rehearse">现在付款</button></form>
<script>alert("看不见")</script></body></html>"""


def page(html: str = HTML) -> Page:
    request = httpx.Request("GET", "http://127.0.0.1/teacher/")
    return Page(httpx.Response(200, headers={"content-type": "text/html; charset=utf-8"}, text=html, request=request))


def test_a_form_is_sent_as_a_browser_without_scripts_sends_it() -> None:
    form = page().form("/roll/")
    assert form.fields == {"seen": ["1", "2"], "absent": "2", "room": "8", "why": "因为"}
    assert form.buttons == [("way", "pay", "现在付款")]
    assert (form.method, form.data_action) == ("post", "rehearse")


def test_words_leave_out_scripts_and_links_are_found_by_words_or_action() -> None:
    assert page().says("找课", "现在付款")
    assert not page().says("看不见")
    assert page().link("open") == "http://127.0.0.1/find/"


def test_seats_that_wait_for_a_yes_are_those_of_the_class_that_was_won() -> None:
    offers = page(
        '<h3>抽签班</h3><a href="/1/" data-action="open-offer">看座位<span>抽签班</span></a>'
        '<a href="/classes/X/">抽签班</a>'
        '<a href="/2/" data-action="open-offer">看座位<span>抽签班</span></a>'
        '<a href="/3/" data-action="open-offer">看座位<span>二人班</span></a>'
    )
    assert seats_offered(offers, "抽签班") == ["http://127.0.0.1/1/", "http://127.0.0.1/2/"]
    assert seats_offered(offers, "二人班") == ["http://127.0.0.1/3/"]
    assert seats_offered(offers, "一人班") == []
