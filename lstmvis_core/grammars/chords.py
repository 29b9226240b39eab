"""Songs in the key of C, as chord symbols between blanks."""

import random

from lstmvis_core.grammars.known import Generated, Pieces, labelled

# Progressions that many songs of pop, rock, blues and jazz share.
PROGRESSIONS = {
    "I V vi IV": "C G Am F",
    "vi IV I V": "Am F C G",
    "I vi IV V": "C Am F G",
    "I IV V": "C F G C",
    "I vi ii V": "C Am Dm G7",
    "ii V I": "Dm G7 Cmaj7 Cmaj7",
    "I ♭VII IV": "C Bb F C",
    "VI7 ragtime": "C A7 Dm G7",
    "Andalusian": "Am G F E7",
    "Pachelbel": "C G Am Em F C F G",
    "twelve-bar blues": "C7 C7 C7 C7 F7 F7 C7 C7 G7 F7 C7 G7",
}
# What a song may play in place of a plain chord: always the same, so that it can be learned.
VARIANTS = {"C": "Cmaj7", "F": "Fmaj7", "G": "G7", "Am": "Am7", "Dm": "Dm7", "Em": "Em7"}
FORMS = ("VVCVVCBC", "VVCVVCC", "VCVCBCC", "VVBVVBV", "IVVCVVCBCC", "VCVCVC")
SECTION = 8  # chords; a shorter progression is repeated


def chord_progressions(seed: int, documents: int) -> Generated:
    """Songs made of sections, each of which repeats one common progression.

    A song has 48 to 120 chords: verses, choruses, perhaps an introduction and a bridge, by one of
    a few forms, each with a progression of its own. Some songs play sevenths throughout.

    Parameters
    ----------
    seed : int
    documents : int
        Number of songs.

    Returns
    -------
    Generated
        Songs; ``tracks["progression"]`` tells the progression of each chord and of the blank
        after it.

    Examples
    --------
    >>> songs = chord_progressions(seed=3, documents=1)
    >>> songs[0][:30]
    'C G Am Em F C F G C G Am Em F '
    >>> track = songs.tracks["progression"]
    >>> track.labels[int(track[0])]
    'Pachelbel'
    """
    rng = random.Random(seed)
    songs = [_song(rng) for _ in range(documents)]
    return labelled(songs, "progression", "progression", tuple(PROGRESSIONS))


def _song(rng: random.Random) -> Pieces:
    form = rng.choice(FORMS)
    progressions = rng.sample(list(PROGRESSIONS), 3)
    # The introduction plays what the verse is about to play.
    sections = dict(zip("VCB", progressions, strict=True)) | {"I": progressions[0]}
    sevenths = {chord for chord in VARIANTS if rng.random() < 0.6} if rng.random() < 0.3 else set()
    chords = [pair for section in form for pair in _section(sections[section], sevenths)]
    return [(chord + " ", label) for chord, label in chords[:-1]] + chords[-1:]


def _section(progression: str, sevenths: set[str]) -> Pieces:
    chords = PROGRESSIONS[progression].split()
    played = [VARIANTS[chord] if chord in sevenths else chord for chord in chords]
    label = list(PROGRESSIONS).index(progression)
    return [(chord, label) for chord in played * max(1, SECTION // len(played))]
