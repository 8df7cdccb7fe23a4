import csv

import pytest
from django.core.management import CommandError, call_command


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
