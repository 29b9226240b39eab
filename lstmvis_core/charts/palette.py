"""Colours that the colour-blind can tell apart, on light and on dark ground."""

ACCENT = "#0072B2"  # on, selected
CONTRAST = "#D55E00"  # threshold, off
NEUTRAL = "#8a8f98"  # of lines and bars; too faint for letters

# Okabe and Ito (2008), without black, which a dark ground would swallow.
HUES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#b8a91a")

BLUE, ORANGE = HUES.index(ACCENT), HUES.index(CONTRAST)

# One blue from light to dark: told apart by lightness alone.
SEQUENTIAL = (
    "#e9eef5",
    "#cfdcea",
    "#b0c9df",
    "#8fb4d3",
    "#6c9ec6",
    "#4a86b6",
    "#2f6ea3",
    "#1c568b",
    "#0f3f70",
)
# Of the lines of an axis: that of 0 stands out.
STRONG_AT_0 = {"condition": {"test": "datum.value === 0", "value": 0.9}, "value": 0.2}

UNKNOWN = "#cccccc"
NOTHING = "#e4e7eb"  # what has no label
GROUNDS = ("#ffffff", "#14181d")  # of the page, as .streamlit/config.toml says: light, dark
LEGIBLE = 4.5  # contrast of letters


def letters(dark: bool) -> str:
    """The colour of letters on the page's own ground."""
    return "#e6e9ed" if dark else "#22262b"


def quiet_letters(dark: bool) -> str:
    """The grey of letters that step back, on the page's own ground."""
    return "#a3a9b2" if dark else "#5f656e"


def hue(number: int) -> str:
    """The colour of a unit or a label: the hues, each round beginning one further on."""
    return HUES[(number + number // len(HUES)) % len(HUES)]


def tint(number: int) -> str:
    """The colour of a unit or a label, light enough to stand behind letters."""
    full = hue(number)
    parts = [round(int(full[i : i + 2], 16) * 0.5 + 255 * 0.5) for i in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in parts)


def hue_of_letters(number: int, dark: bool) -> str:
    """The hue of a label, dark or light enough for letters on the page's own ground (WCAG AA)."""
    full = hue(number)
    toward = 255 if dark else 0
    for share in range(0, 100, 5):
        parts = [int(full[i : i + 2], 16) for i in (1, 3, 5)]
        mixed = "#" + "".join(f"{round(p + (toward - p) * share / 100):02x}" for p in parts)
        if _contrast(mixed, GROUNDS[dark]) >= LEGIBLE:
            return mixed
    return letters(dark)


def ink(ground: str) -> str:
    """Black or white: whichever reads better on a ground colour (WCAG relative luminance)."""
    return "#111111" if _luminance(ground) > 0.18 else "#ffffff"


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)
