"""What `xueqiao up` says when the site is ready: the address, and in a demo the people to enter as."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from xueqiao.foundation import clock
from xueqiao.server.home import Region


def load_demo_once(say: Callable[[str], None]) -> None:
    """Load the lively demo region unless it is there; when it is, open again what is over."""
    from xueqiao.domains.credits.api import count_bank_figures  # noqa: PLC0415
    from xueqiao.domains.indicators.api import compute_figures  # noqa: PLC0415 - models exist only after setup
    from xueqiao.foundation.audit.api import Actor  # noqa: PLC0415
    from xueqiao.server.demo import load  # noqa: PLC0415
    from xueqiao.server.demo.extend import extend  # noqa: PLC0415
    from xueqiao.server.demo.restage import restage  # noqa: PLC0415

    if load.is_loaded():
        extend(now=clock.now())
        restage(now=clock.now())
        return
    say("正在装入演示数据（江苏全省五级网络，合成居民）……  Loading demo data.")
    load.load_lively(now=clock.now())
    compute_figures(actor=Actor.system("demo"), year=clock.local_date(clock.now()).year, now=clock.now())
    count_bank_figures(now=clock.now())
    say("演示数据已装好。  Demo data loaded.")


def greet(console: Console, address: str, region: Region, began: float) -> None:
    """Print the address, and one-time links of the demo people."""
    console.print()
    console.rule("[bold]学桥 Xueqiao[/]")
    console.print(f"  打开 Open   [bold underline]{address}/[/]   （{time.monotonic() - began:.1f} s）")
    if region.is_demo:
        moment = clock.local(clock.now())
        console.print(
            f"  [black on yellow] 演示 DEMO [/]  演示时间 Demo time  {moment:%Y-%m-%d %H:%M}  "
            "人物和数据都是合成的。All people and data are synthetic."
        )
        console.print(demo_links(address), soft_wrap=True)
    else:
        console.print("  前面要有 HTTPS 代理，并设 XUEQIAO_TRUSTED_PROXY=1。  Put an HTTPS proxy in front.")
        console.print("  只在本机看看：XUEQIAO_HTTPS=0 xueqiao up  To look at it on this machine only.")
    console.print("  停止 Stop: Ctrl-C    体检 Check-up: xueqiao doctor")


def demo_links(address: str) -> Text:
    """Return fresh one-time entry links for the demo people, each whole on a line of its own."""
    from xueqiao.domains.people.api import make_entry_link  # noqa: PLC0415
    from xueqiao.foundation.audit.api import Actor  # noqa: PLC0415
    from xueqiao.server.demo import load  # noqa: PLC0415

    words = Text("  演示人物，链接一次有效  Demo people, one-time links\n", style="bold")
    now = clock.now()
    for person in load.demo_people():
        link = make_entry_link(actor=Actor.system("demo links"), person_id=person.person_id, now=now)
        words.append(f"  {person.name}", style="bold cyan")
        words.append(f"  {person.role_zh}  {person.role_en}\n", style="not bold")
        if person.try_zh:
            words.append(f"    试试 Try: {person.try_zh}  {person.try_en}\n", style="not bold dim")
        words.append(f"    {address}/enter/{link.token}/\n", style="not bold")
    return words
