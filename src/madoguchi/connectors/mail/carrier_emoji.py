"""Pictograms of the Japanese carriers before Unicode had emoji: docomo, au (KDDI) and SoftBank.

They arrive as user-defined Shift_JIS codes, as JIS rows 75 and up, or as private-use code points, and become the
Unicode emoji they meant; a code without an equal becomes 〓. Correspondence: Unicode EmojiSources.txt 15.0;
private-use positions: the carriers' own lists, the same in every public emoji table that names them.
Each table maps the first Shift_JIS code of a run to the emoji of the following codes, "-" for none.
"""

import re
from functools import cache

GETA = "〓"

_DOCOMO = {
    0xF89F: (
        "☀ ☁ ☔ ⛄ ⚡ 🌀 🌁 🌂 ♈ ♉ ♊ ♋ ♌ ♍ ♎ ♏ ♐ ♑ ♒ ♓ 🎽 ⚾ ⛳ 🎾 ⚽ 🎿 🏀 🏁 📟 🚃 Ⓜ 🚄 🚗 🚙 🚌 "
        "🚢 ✈ 🏠 🏢 🏣 🏥 🏦 🏧 🏨 🏪 ⛽ 🅿 🚥 🚻 🍴 ☕ 🍸 🍺 🍔 👠 ✂ 🎤 🎥 ↗ 🎠 🎧 🎨 🎩 🎪 🎫 🚬 🚭 📷 👜 📖 "
        "🎀 🎁 🎂 ☎ 📱 📝 📺 🎮 💿 ♥ ♠ ♦ ♣ 👀 👂 ✊ ✌ ✋ ↘ ↖ 👣 👟 👓 ♿ 🌑 🌔 🌓 🌙 🌕 🐶 🐱 ⛵ 🎄 ↙ - - - - "
        "- - 🎬 👝 ✒ - - 👤 💺 🌃 - - - 🔜 🔛 🔚 ⏰"
    ),
    0xF972: (
        "📲 📩 📠 - - ✉ - - 💴 🆓 🆔 🔑 ↩ 🆑 🔍 🆕 🚩 ➿ #⃣ - 1⃣ 2⃣ 3⃣ 4⃣ 5⃣ 6⃣ 7⃣ 8⃣ 9⃣ 0⃣ ❤ 💓 💔 💕 😃 😠 😞 "
        "😖 😵 ⤴ 🎵 ♨ 💠 💋 ✨ 💡 💢 👊 💣 🎶 ⤵ 💤 ❗ ⁉ ‼ 💥 💦 💧 💨 〰 ➰ 🆗 - - 👕 👛 💄 👖 🏂 🔔 🚪 💰 💻 "
        "💌 🔧 ✏ 👑 💍 ⏳ 🚲 🍵 ⌚ 😔 😌 😅 😓 😡 😒 😍 👍 😜 😉 😆 😣 😏 😭 😢 🆖 📎 © ™ 🏃 ㊙ ♻ ® ⚠ 🈲 🈳 🈴 "
        "🈵 ↔ ↕ 🏫 🌊 🗻 🍀 🍒 🌷 🍌 🍎 🌱 🍁 🌸 🍙 🍰 🍶 🍜 🍞 🐌 🐤 🐧 🐟 😋 😁 🐴 🐷 🍷 😱"
    ),
}
_KDDI = {
    0xF340: (
        "🍂 💼 ⛲ ⛺ 🀄 🆚 🏆 🐢 🇪🇸 🇷🇺 🚧 🛀 🎌 🌆 🐣 💹 👮 🏣 🏥 🏫 🏨 🚢 🔞 📶 🆒 🈹 🈂 🆔 🈵 🈳 🈯 🈺 "
        "👆 👇 🔮 📳 📴 📝 👔 🌺 💐 🌵 🍶 🍻 ㊗ 💊 🎈 🎉 - 👒 👢 💅 💇 💈 👘 👙 ♥ 💖 💙 💚 💛 💜 ✨ 🎿 ⭕ 🍵 "
        "🍞 🍦 🍟 🍡 🍘 🍚 🍝 🍛 🍢 🍣 🍎 🍊 🍅 🍆 🍱 🍲 😏 😔 😤 😣 😖 😪 😌 😨 😷 😳 😒 😲 😰 🎼 😊 😚 😘 👃 "
        "👄 🙏 👏 👌 👎 👋 🙅 🙆 🙇 💑 👯 🎺 🎱 🏊 🚒 🚑 🚓 🎢 🎍 🎎 🎓 🎒 🎏 🌂 👰 🍧 🎇 🐚 🎐 🎃 🎑 🎅 🌃 🌈 "
        "🏩 🌅 🎩 🏬 🏯 🏰 🏭 🇫🇷 🇩🇪 🇮🇹 🇬🇧 🇨🇳 🇰🇷 👱 👲 👳 👴 👵 👶 👷 👸 🐬 💃 🐠 🐛 🐘 🐨 🐮 🐍 🐔 "
        "🐗 🐫 🅰 🅱 🅾 🆎 👣 👟 🚩 ⤴ ⤵ ⁉ ‼ ➰ 🍈 🍍 🍇 🍌 🌽 🍄 🌰 🍑 🍠 🍕 🍗 🎋 🍹 🐲 🎹 🏄 🎣 🎳 👹 👺 🐼 "
        "👅 🐽 🌼 🍨 🍩 🍪 🍫 🍬 🍭 🙈 🙊 🙉 🌋 💝 🔤 🍮 🐝 🐞 🍯 🍏 💸 💫 😡 😾 🌌 😽 😺 📩 😹 😂 😻 🙀 😩 😿 "
        "😢 😼 👗 🗿 🚉 🎴 🃏 🍤 📧 🚶 🚨 - 💓 🐥 👖 💌 ♻ ↔ ↕ 🌊 🌱 🐌 😸 😁 - 🌿 ✊ #⃣ 🙋 🙌 🙍 🙎"
    ),
    0xF640: (
        "🌠 🌀 🚥 🏃 ❇ 🎡 🎰 🎊 🐳 😃 😠 😭 😫 💤 💡 💔 💕 ✴ 💣 🔥 ⏳ 🚬 🚭 ♿ 🔰 ⚠ ❗ ❓ ⛔ ⛄ 🌙 ⚡ ☀ 🌛 ❄ "
        "⭐ ☔ ☁ ⛅ ♈ ♉ ♊ ♋ ♌ ♍ ♎ ♏ ♐ ♑ ♒ ♓ ⛎ 👜 📔 🎫 📖 📎 ✏ 📐 🏧 🏪 🚻 🅿 🚏 📡 ⚓ 🏦 🏠 🍴 "
        "🏢 🚲 🚌 🚅 🚗 🚚 ✈ ⛵ 🚃 ⚽ 🎾 🏂 🏁 ⚾ 🏈 ♨ 🏮 🎬 🌉 🗼 🍷 🍸 🍺 🍖 🎯 🎮 💰 🎲 🎄 🌸 👻 🇯🇵 🍉 🍁 "
        "🎁 🍰 🍳 🍒 🐡 🍓 🍙 🍔 🐰 🐴 🐵 🐸 🐱 🐧 🐜 🐷 🐩 🐤 🐶 🌴 🌻 🌷 💢 💧 😜 🆘 💪 💘 💋 👾 🍥 🐾 👿 💮 "
        "㊙ 💯 👊 💨 💩 ☝ 🉐 💀 👍 👩 ☺ 👨 💬 👓 👈 👉 👪 📺 🎤 👛 🎶 🎸 🎻 🎧 💄 🔫 💆 💿 👚 👽 🆙 💉 🔊 🔔 "
        "🍀 💍 📷 ✂ 🎥 🔍 🔑 👠 📪 🔒 📛 📞 📦 📠 ✉ 1⃣ 2⃣ 3⃣ 4⃣ 5⃣ 6⃣ 7⃣ 8⃣ 9⃣ 🔟 - ◀ ▶ ⏪ ⏩ ▫ ▪ ℹ ◽ ◾ 🔸 "
        "🔹 ◻ ◼ ⚪ ⚫ ➕ ➖ ✳ ⬆ ⬇ 🚫 🔽 🔼 ⏬ ⏫ 🔶 🔷 ⬜ ⬛ 🔴 🔵 ↖ ↘ ™ ✖ ❌ ❎ ➡ ⬅ ➗ ↗ ↙ ✔ © ® 🔺 🔻 ↪ ↩ ✅ "
        "📜 📍 📃 💾 📅 📋 📗 📘 📙 📕 📄 📆 📓 📇 📌 📒 📚 📏 ⛽ 🗾 🇺🇸 📊 📈 📉 - 🆓 💲 ⌚ ⌛ 💳 💴 📹 🔪 "
        "📼 🔩 💽 🔦 🔋 💵 - 🔧 📱 🔌 🔗 📰       📁 📂 📨 📤 📥 ⏰ ❤ ☎ ☕ 🌁 ⛳ 🏀 📟 🎨 🎭 🎪 🎀 🎂 ♠ ♦ ♣ 👀 "
        "👂 ✌ ✋ 🌑 🌔 🌓 🆑 0⃣ 🆗 😵 💞 💥 💦 - 🌏 🍜 - 🔐 🔠 🔡 🔢 🔣 🉑 ☑ ✒ 🔘 🔎 🔙 🔖 📲 🏡 📫 📑 🔏 🔃 "
        "🆕 👕 👞 💻 📻 🌹 ⛪ 🚇 🗻 🎵 👼 🐯 🐻 🐭 😉 😍 😱 😓 🐙 🚀 👑 💏 🔨 🎆"
    ),
}
_SOFTBANK = {
    0xF741: (
        "📫 📮 📩 📲 😜 😍 😱 😓 🐵 🐙 🐷 👽 🚀 👑 💡 🍀 💏 🎁 🔫 🔍 🏃 🔨 🎆 🍁 🍂 👿 👻 💀 🔥 💼 💺 🍔 ⛲ ⛺ "
        "♨ 🎡 🎫 💿 📀 📻 📼 📺 👾 〽 🀄 🆚 💰 🎯 🏆 🏁 🎰 🐎 🚤 🚲 🚧 🚹 🚺 🚼 💉 💤 ⚡ 👠 🛀 🚽 🔊 📢 🎌 🔒 "
        "🔓 🌆 🍳 📖 💱 💹 📡 💪 🏦 🚥 🅿 🚏 🚻 👮 🏣 🏧 🏥 🏪 🏫 🏨 🚌 🚕 - - - - - 🚶 🚢 🈁 💟 ✴ ✳ 🔞 🚭 🔰 "
        "♿ 📶 ♥ ♦ ♠ ♣ #⃣ ➿ 🆕 🆙 🆒 🈶 🈚 🈷 🈸 🔴 🔲 🔳 1⃣ 2⃣ 3⃣ 4⃣ 5⃣ 6⃣ 7⃣ 8⃣ 9⃣ 0⃣ 🉐 🈹 🈂 🆔 🈵 🈳 🈯 "
        "🈺 👆 👇 👈 👉 ⬆ ⬇ ➡ ⬅ ↗ ↖ ↘ ↙ ▶ ◀ ⏩ ⏪ 🔯 ♈ ♉ ♊ ♋ ♌ ♍ ♎ ♏ ♐ ♑ ♒ ♓ ⛎ 🔝 🆗 © ® 📳 📴 ⚠ "
        "💁"
    ),
    0xF941: (
        "👦 👧 💋 👨 👩 👕 👟 📷 ☎ 📱 📠 💻 👊 👍 ☝ ✊ ✌ ✋ 🎿 ⛳ 🎾 ⚾ 🏄 ⚽ 🐟 🐴 🚗 ⛵ ✈ 🚃 🚅 ❓ ❗ ❤ 💔 "
        "🕐 🕑 🕒 🕓 🕔 🕕 🕖 🕗 🕘 🕙 🕚 🕛 🌸 🔱 🌹 🎄 💍 💎 🏠 ⛪ 🏢 🚉 ⛽ 🗻 🎤 🎥 🎵 🔑 🎷 🎸 🎺 🍴 🍸 ☕ "
        "🍰 🍺 ⛄ ☁ ☀ ☔ 🌙 🌄 👼 🐱 🐯 🐻 🐶 🐭 🐳 🐧 😊 😃 😞 😠 💩 - - - - - 📝 👔 🌺 🌷 🌻 💐 🌴 🌵 🚾 🎧 "
        "🍶 🍻 ㊗ 🚬 💊 🎈 💣 🎉 ✂ 🎀 ㊙ 💽 📣 👒 👗 👡 👢 💄 💅 💆 💇 💈 👘 👙 👜 🎬 🔔 🎶 💓 💗 💘 💙 💚 💛 "
        "💜 ✨ ⭐ 💨 💦 ⭕ ❌ 💢 🌟 ❔ ❕ 🍵 🍞 🍦 🍟 🍡 🍘 🍚 🍝 🍜 🍛 🍙 🍢 🍣 🍎 🍊 🍓 🍉 🍅 🍆 🎂 🍱 🍲"
    ),
    0xFB41: (
        "😥 😏 😔 😁 😉 😣 😖 😪 😝 😌 😨 😷 😳 😒 😰 😲 😭 😂 😢 ☺ 😄 😡 😚 😘 👀 👃 👂 👄 🙏 👋 👏 👌 👎 👐 "
        "🙅 🙆 💑 🙇 🙌 👫 👯 🏀 🏈 🎱 🏊 🚙 🚚 🚒 🚑 🚓 🎢 🚇 🚄 🎍 💝 🎎 🎓 🎒 🎏 🌂 💒 🌊 🍧 🎇 🐚 🎐 🌀 🌾 "
        "🎃 🎑 🍃 🎅 🌅 🌇 🌃 🌈"
    ),
    0xFBA1: (
        "🏩 🎨 🎩 🏬 🏯 🏰 🎦 🏭 🗼 - 🇯🇵 🇺🇸 🇫🇷 🇩🇪 🇮🇹 🇬🇧 🇪🇸 🇷🇺 🇨🇳 🇰🇷 👱 👲 👳 👴 👵 👶 👷 "
        "👸 🗽 💂 💃 🐬 🐦 🐠 🐤 🐹 🐛 🐘 🐨 🐒 🐑 🐺 🐮 🐰 🐍 🐔 🐗 🐫 🐸 🅰 🅱 🆎 🅾 👣 ™"
    ),
}

#: (first private-use code point, first Shift_JIS code, length) of each run.
_DOCOMO_RUNS = ((0xE63E, 0xF89F, 282),)
_KDDI_RUNS = (
    (0xE468, 0xF640, 292),
    (0xE58F, 0xF7A9, 38),
    (0xE5B5, 0xF7E2, 24),
    (0xE5CD, 0xF340, 19),
    (0xEA80, 0xF353, 123),
    (0xEAFC, 0xF7D0, 18),
    (0xEB0E, 0xF3CF, 123),
)
_SOFTBANK_RUNS = (
    (0xE001, 0xF941, 90),
    (0xE101, 0xF741, 90),
    (0xE201, 0xF7A1, 83),
    (0xE301, 0xF9A1, 77),
    (0xE401, 0xFB41, 76),
    (0xE501, 0xFBA1, 55),
)
_PRIVATE_USE = re.compile("[\ue000-\ue757\uea80-\ueb88]")
_DOMAINS = re.compile(
    r"(?:^|\.)(?:(?P<docomo>docomo\.ne\.jp)|(?P<au>ezweb\.ne\.jp|au\.com|ido\.ne\.jp)"
    r"|(?P<softbank>softbank\.ne\.jp|vodafone\.ne\.jp|disney\.ne\.jp))$"
)


def carrier_of(domain: str) -> str:
    """Which carrier a mail domain belongs to (docomo, au, softbank or empty); decides where their codes collide."""
    found = _DOMAINS.search(domain.lower())
    return (found.lastgroup or "") if found else ""


def from_shift_jis(code: int, carrier: str = "") -> str:
    """The emoji a user-defined Shift_JIS code stands for; 〓 when it is none we know."""
    table = _softbank() if carrier == "softbank" else _docomo_and_au()
    return table.get(linear(code), GETA)


def from_au_mail(code: int) -> str:
    """The emoji of au's e-mail codes: Shift_JIS EB40 to EE8D, in JIS rows 75 to 7B; 〓 when unassigned."""
    return from_shift_jis(code + (0x0B00 if code < 0xED40 else 0x0600))


def replace_private_use(text: str, carrier: str = "") -> str:
    """Turn the carriers' private-use code points into emoji; other private use stays as it is."""
    if text.isascii() or not _PRIVATE_USE.search(text):
        return text
    table = _private_use(carrier)
    return _PRIVATE_USE.sub(lambda found: table.get(ord(found[0]), GETA), text)


def softbank_kanji() -> dict[int, str]:
    """A translation of the kanji which SoftBank's codes FB41 to FBD7 are mistaken for."""
    table: dict[int, str] = {}
    for position, emoji in _softbank().items():
        code = _code(position)
        if code >> 8 == 0xFB:
            table[ord(code.to_bytes(2).decode("cp932"))] = emoji
    return table


def linear(code: int) -> int:
    """The position of a two-byte Shift_JIS code, without the hole at 7F: 188 cells a row."""
    lead, trail = divmod(code, 256)
    return lead * 188 + trail - 0x40 - (trail > 0x7F)


def _code(position: int) -> int:
    lead, cell = divmod(position, 188)
    return lead * 256 + cell + 0x40 + (cell >= 0x3F)


def _positions(table: dict[int, str]) -> dict[int, str]:
    return {
        linear(first) + number: emoji.replace("\u20e3", "\ufe0f\u20e3")
        for first, run in table.items()
        for number, emoji in enumerate(run.split())
        if emoji != "-"
    }


@cache
def _docomo_and_au() -> dict[int, str]:
    return _positions(_KDDI) | _positions(_DOCOMO)


@cache
def _softbank() -> dict[int, str]:
    return _positions(_SOFTBANK)


@cache
def _private_use(carrier: str) -> dict[int, str]:
    """E501 to E537 mean one thing at au and another at SoftBank; without a carrier SoftBank wins."""
    runs = [(_KDDI_RUNS, _docomo_and_au()), (_DOCOMO_RUNS, _docomo_and_au()), (_SOFTBANK_RUNS, _softbank())]
    if carrier == "au":
        runs.reverse()
    return {
        first + number: table[linear(code) + number]
        for group, table in runs
        for first, code, length in group
        for number in range(length)
        if linear(code) + number in table
    }
