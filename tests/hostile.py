"""Texts that try to command a terminal, to break markup or to hide: what every widget is tried with."""

import re

HOSTILE = [
    "\x1b[2J\x1b[31mred",
    "\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b]0;another title\x07",
    "\x1b]0;a title without an end",
    "\x1bP1$r0m\x1b\\\x1b_Gf=100;AAAA\x1b\\",
    "\x9b31mC1\x9d0;title\x9c\x85next\x90",
    "a\rb\x08\x08c\x0bd\x0ce\x7ff",
    "line\nline\r\nline\u2028line\u2029line",
    "[/]",
    "[/bold]",
    "[@click=app.quit]x[/]",
    "[link=https://example.org]x[/link]",
    "[x] done",
    "[bold red on white]x",
    "\\[x] \\",
    "[",
    "$primary {self} %s {{}} `x`",
    "\u202egnp.exe\u202c",
    "\u2066\u2067right\u2069 \u200fto\u200e left\u061c",
    "ta\U000e0067\U000e0062gs\U000e007f",
    "a\u200bb\u2060c\ufeffd\u00ade\u115ff\u3164g",
    "lone \ud800 surrogate \udfff",
    "\udcff\udc80",
    "NUL \x00 here",
    "x" * 5_000,
    "one two " * 700,
    "e" + "\u0301" * 3_000,
    "\u0301\u0301starts with marks",
    "\u200dstarts with a joiner",
    "\ufe0fstarts with a selector",
    "👩‍👩‍👧‍👦 👩🏽‍🚒 🏴‍☠️ ❤️ ☎️ 🇬🇧",
    "漢字かな交じり文、幅が二つ。" * 20,
    "ﷺ ꧅ 𒐫 ⸻",
    "مرحبا بالعالم שלום",
    "\ue000\U0010ffff\uffff\ufdd0",
    "\t\ttabs\tand  spaces   ",
    "   ",
    "",
]

ONE_OF_EACH_KIND = [HOSTILE[n] for n in (0, 3, 6, 7, 8, 11, 14, 18, 20, 21, 22, 24, 25, 27, 31, 38)]
"""Fewer of them, where each costs much: a command to the terminal, a control, a tag, what turns, hides or is no
character."""

UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u061c\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""What no line on a screen may hold."""
