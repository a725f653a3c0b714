"""What a page is measured by in the browser: sizes (E1-E6), sideways scroll (W5), focus (W1), axe, actions (E16)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "tests" / "vendor" / "axe-4.14.1.min.js").read_text()
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL = {"standard": 15, "elder": 20, "xl": 26}
BODY = {"standard": 17, "elder": 22, "xl": 30}
TAP = {"standard": 44, "elder": 60, "xl": 60}
COMPACT_BODY = 15

_METRIC = """() => {
  const seen = e => { const r = e.getBoundingClientRect(); const s = getComputedStyle(e);
    return r.width > 1 && r.height > 1 && s.visibility !== 'hidden' && !e.closest('.skip') && !e.closest('.hide'); };
  const name = e => (e.tagName.toLowerCase() + ' ' + (e.innerText || e.getAttribute('aria-label') || e.name || e.id
    || '').replace(/\\s+/g, ' ').slice(0, 30)).trim();
  // Links inside a sentence are exempt (WCAG 2.5.8); a heading's link that covers its whole card counts as the card.
  const targets = [...document.querySelectorAll('a[href],button,input,select,textarea,[role=button],summary')]
    .filter(seen).filter(e => e.type !== 'hidden' && getComputedStyle(e).display !== 'inline')
    .map(e => { const r = e.getBoundingClientRect(); return [name(e), Math.round(r.width), Math.round(r.height)]; });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let small = [999, ''], node, tight = [9, ''];
  while ((node = walker.nextNode())) {
    const e = node.parentElement;
    if (!node.textContent.trim() || /SCRIPT|STYLE|TITLE/.test(e.tagName) || e.closest('svg') || !seen(e)) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    if (size < small[0]) small = [size, node.textContent.trim().slice(0, 30)];
    const leading = parseFloat(style.lineHeight) / size;
    if (leading < tight[0]) tight = [leading, node.textContent.trim().slice(0, 30)];
  }
  const main = document.querySelector('main');
  return { targets, small, tight, body: parseFloat(getComputedStyle(main).fontSize),
    sideways: document.documentElement.scrollWidth - innerWidth,
    dialog: !!document.querySelector('dialog[open]'), mode: document.documentElement.dataset.mode,
    compact: main.dataset.density === 'compact', headings: document.querySelectorAll('h1').length,
    help: [...document.querySelectorAll('.topbar nav[aria-label] .tool')]
      .map(e => e.textContent.trim().replace(/^(回|找人)/, '')),
    actions: [...new Set([...document.querySelectorAll('[data-action]')].map(e => e.dataset.action))].sort() };
}"""

_FOCUS = """() => {
  const bad = [];
  for (const e of document.querySelectorAll('a[href],button,input,select,textarea,summary')) {
    if (e.type === 'hidden' || e.disabled || e.closest('.skip')) continue;
    e.focus();
    if (document.activeElement !== e) continue;
    const r = e.getBoundingClientRect();
    if (r.width < 2 || r.height < 2) continue;
    // Not entirely hidden (2.4.11): some point of a grid over the element belongs to it.
    let found = false;
    for (const fx of [.5, .1, .9]) for (const fy of [.5, .15, .85]) {
      const hit = document.elementFromPoint(r.left + r.width * fx, r.top + r.height * fy);
      if (hit && (hit === e || e.contains(hit) || hit.contains(e) && hit.matches('label, .choice, .class-card')
        || e.closest('label')?.contains(hit))) found = true;
    }
    if (!found) bad.push(e.tagName + ' ' + (e.innerText || e.name || e.id || '').trim().slice(0, 30));
  }
  document.activeElement?.blur(); scrollTo(0, 0);
  return bad;
}"""

_AXE = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, rules: {'target-size': {enabled: true}},
  resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 4)
  .map(n => n.target.join(' ') + ' ' + (n.any[0]?.message || '')).join(' | ')))"""


def measure(page: Any) -> dict[str, Any]:
    """The numbers of the page as it is."""
    return dict(page.evaluate(_METRIC))


def size_faults(found: dict[str, Any], mode: str) -> list[str]:
    """E1 (text), E3 (leading), E6 (targets), W5 (no sideways scroll), E12 (no dialog), one h1."""
    faults = []
    if found["mode"] != mode:
        faults.append(f"mode is {found['mode']}")
    if found["small"][0] < SMALL[mode] - 0.01:
        faults.append(f"text of {found['small'][0]} px: {found['small'][1]}")
    body = COMPACT_BODY if found["compact"] and mode == "standard" else BODY[mode]
    if found["body"] < body - 0.01:
        faults.append(f"body text is {found['body']} px")
    if found["tight"][0] < 1.15:
        faults.append(f"line height {found['tight'][0]:.2f}: {found['tight'][1]}")
    faults += [f"target {w}x{h}: {n}" for n, w, h in found["targets"] if w < TAP[mode] or h < TAP[mode]]
    if found["sideways"] > 1:
        faults.append(f"scrolls sideways by {found['sideways']} px")
    if found["dialog"]:
        faults.append("a dialog is open")
    if found["headings"] != 1:
        faults.append(f"{found['headings']} h1")
    return faults


def hidden_when_focused(page: Any) -> list[str]:
    """W1: what a sticky bar covers entirely when it has the focus."""
    return list(page.evaluate(_FOCUS))


def axe_faults(page: Any) -> list[str]:
    """Violations of axe-core. Put into the page by the debugger, so that the site's own CSP stays in force."""
    if not page.evaluate("() => 'axe' in window"):
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": AXE})
        session.detach()
    # As tall as the page, so that no sticky bar happens to lie over a target; focus under bars is measured apart.
    size = page.viewport_size
    tall = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(max(tall, size["height"]), 16_000)})
    try:
        return list(page.evaluate(_AXE, AXE_TAGS))
    finally:
        page.set_viewport_size(size)


def sideways_culprits(page: Any) -> str:
    """Which elements stick out, for a failing test's message."""
    return json.dumps(
        page.evaluate(
            "() => [...document.querySelectorAll('body *')]"
            ".filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
            ".slice(0, 5).map(e => e.tagName + '.' + e.className + ' ' + (e.innerText || '').slice(0, 20))"
        ),
        ensure_ascii=False,
    )
