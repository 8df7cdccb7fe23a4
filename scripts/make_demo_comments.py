"""Choose the real comments that the demo programme is made of; the result is kept in the repository.

Usage: python scripts/make_demo_comments.py FOLDER_WITH_THE_SETS
"""

import csv
import gzip
import hashlib
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "vocplatform" / "demo" / "comments.csv"
TOUCHPOINTS = {
    "111": "advice-line",
    "See and Convey": "ambulance",
    "PTS - Patient Transport": "transport",
    "Community health services": "home-visit",
    "Local partnerships- MH": "talking-therapy",
}
MOST = {
    "advice-line": 230,
    "ambulance": 230,
    "transport": 240,
    "home-visit": 200,
    "talking-therapy": 200,
    "renewal": 300,
}


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def patients(folder: Path):
    for row in rows_of(folder / "nhs_fft.csv.gz"):
        place = TOUCHPOINTS.get(row["service"])
        if place and row["fft_score"] and 2 < len(row["text"]) < 900:
            yield place, "nhs_fft", row["id"], row["fft_score"], row["text"], "en"


def buyers(folder: Path):
    for row in rows_of(folder / "nps_pt.csv.gz"):
        yield "renewal", "nps_pt", row["id"], row["nps"], row["text"], "pt-br"


def main(folder: Path) -> None:
    chosen: dict[str, list[tuple]] = {place: [] for place in MOST}
    seen = set()
    everything = sorted([*patients(folder), *buyers(folder)], key=lambda row: hashlib.sha256(row[2].encode()).digest())
    for row in everything:
        place, text = row[0], row[4]
        if len(chosen[place]) < MOST[place] and (not text or text not in seen):
            seen.add(text)
            chosen[place].append(row)
    with open(OUT, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["touchpoint", "set", "id", "score", "text", "locale"])
        for place in chosen:
            writer.writerows(chosen[place])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
