"""Why the demo refuses."""

from xueqiao.foundation.reasons import Refused


class DemoAlreadyLoaded(Refused):
    """演示地区已经载入过，没有重复载入。想重来请先运行 xueqiao demo reset。"""

    code = "demo_already_loaded"


class NotADemo(Refused):
    """这里不是演示环境，没有删除任何内容。只有以演示方式启动的环境才能重置。"""

    code = "not_a_demo"
