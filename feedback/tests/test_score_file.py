import csv
import gzip
import json
import time

import pytest
from django.core.management import CommandError, call_command

from feedback.sentiment.explain import MOST_RATED


@pytest.fixture
def score(tmp_path):
    def run(text: str) -> list[dict[str, str]]:
        (tmp_path / "in.csv").write_text(text, encoding="utf-8")
        call_command("score_file", tmp_path / "in.csv", tmp_path / "out.csv")
        with open(tmp_path / "out.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return run


def test_every_row_comes_back_with_its_label_and_the_words_that_decided(score):
    first, second = score("text\nTerrible service and nobody called back\nWonderful and helpful staff\n")
    assert (first["label"], second["label"]) == ("negative", "positive")
    assert first["scored"] == "yes"
    assert "terrible" in first["spans"].lower()


def test_a_question_decides_what_nothing_means(score):
    (row,) = score("text,question\nNothing,What could we do better?\n")
    assert row["label"] == "positive"


def test_a_language_nobody_reads_is_not_scored_rather_than_neutral(score):
    (row,) = score("text\nการบริการแย่มาก ไม่มีใครโทรกลับมาเลย\n")
    assert (row["scored"], row["label"]) == ("no", "")


def test_a_file_without_texts_is_refused_in_words(score):
    with pytest.raises(CommandError, match="text"):
        score("comment\nhello\n")


def read_bytes(tmp_path, content: bytes, name: str = "in.csv") -> list[dict[str, str]]:
    (tmp_path / name).write_bytes(content)
    call_command("score_file", tmp_path / name, tmp_path / "out.csv")
    with open(tmp_path / "out.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_columns_may_be_parted_by_other_marks_than_commas(score, delimiter):
    (row,) = score(f"text{delimiter}score\nRude, slow and late{delimiter}2\n")
    assert (row["text"], row["score"], row["label"]) == ("Rude, slow and late", "2", "negative")


def test_the_head_may_have_capitals_and_spaces(score):
    (row,) = score(" Text , Score\nRude and slow,2\n")
    assert (row[" Text "], row["label"]) == ("Rude and slow", "negative")


def test_a_file_of_texts_alone_needs_no_quotation_marks_around_commas(score):
    (row,) = score("text\nGreat, but the wait was terrible\n")
    assert row["text"] == "Great, but the wait was terrible"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_a_file_in_another_encoding_is_read_as_what_it_is(tmp_path, encoding):
    (row,) = read_bytes(tmp_path, "text\nDon’t go there – awful café\n".encode(encoding))
    assert (row["text"], row["label"]) == ("Don’t go there – awful café", "negative")


def test_one_broken_byte_does_not_cost_the_other_letters(tmp_path):
    first, second = read_bytes(tmp_path, "text\nawful café, naïve waiter\n".encode() + b"bad \xff thing\n")
    assert (first["text"], second["label"]) == ("awful café, naïve waiter", "negative")


def test_a_compressed_file_is_read_as_it_is(tmp_path):
    (row,) = read_bytes(tmp_path, gzip.compress(b"text\nRude and slow\n"), "in.csv.gz")
    assert row["label"] == "negative"


@pytest.mark.parametrize("given", ["11", "-1", "nan", "inf", "don't know", ""])
def test_a_score_outside_its_scale_is_none(score, given):
    plain, scored = score(f"text,score,scale_max\nit was ok,,10\nit was ok,{given},10\n")
    assert scored["p_negative"] == plain["p_negative"]


@pytest.mark.parametrize("said", ["english", "EN_us", "eng", "xx", "n/a", ""])
def test_what_names_no_language_does_not_keep_a_comment_from_being_read(score, said):
    _, row = score(f"text,language\nThe staff were really helpful to us,\nMeh,{said}\n")
    assert row["scored"] == "yes"


@pytest.mark.parametrize("said", ["tr", "Turkish", "sw"])
def test_a_short_text_follows_the_language_its_row_names(score, said):
    (row,) = score(f"text,language\nBerbat,{said}\n")
    assert (row["scored"], row["label"]) == ("no", "")


@pytest.mark.parametrize("noise", ["a" * 1_000_000, "😡" * 200_000, "no " * 300_000, "'" * 1_000_000, "a'" * 400_000])
def test_a_text_of_a_million_characters_takes_seconds(score, noise):
    start = time.process_time()
    last = score(f'text\n"{noise}"\nRude and slow\n')[-1]
    assert last["label"] == "negative"
    assert time.process_time() - start < 20


def test_a_very_long_text_shows_the_strongest_of_its_words(score):
    (row,) = score("text\n" + "rude and slow. " * 1000 + "\n")
    spans = json.loads(row["spans"])
    assert len(spans) == MOST_RATED
    assert {span["text"] for span in spans} == {"rude"}
