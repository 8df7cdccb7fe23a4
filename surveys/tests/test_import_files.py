"""Files as people really send them: every row is taken or in the report, and a file that is none says what it is."""

import csv
import gzip

import pytest
from django.core.management import CommandError, call_command

from surveys.models import Customer, ImportRun

pytestmark = pytest.mark.django_db
MAPPING = '[customer]\nexternal_id = "{id}"\nname = "{name}"\n'


def about_the_file(said: str) -> str:
    return f"[file]\n{said}\n{MAPPING}"


@pytest.fixture
def take(tmp_path, capsys):
    def run(content: bytes, mapping: str = MAPPING, *, name: str = "c.csv") -> str:
        (tmp_path / name).write_bytes(content)
        (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")
        call_command("import_customers", tmp_path / name, mapping=tmp_path / "m.toml")
        return capsys.readouterr().out

    return run


@pytest.fixture
def refused(tmp_path):
    def read() -> list[dict[str, str]]:
        with open(tmp_path / "c.rejected.csv", encoding="utf-8", errors="surrogateescape", newline="") as file:
            return list(csv.DictReader(file, restkey="more"))

    return read


def names() -> list[str]:
    return list(Customer.objects.order_by("pk").values_list("name", flat=True))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,name\nA,Zoë\n".encode(), ""),
        ("id,name\nA,Zoë\n".encode("utf-8-sig"), ""),
        ("id,name\nA,Zoë\n".encode("utf-8-sig"), 'encoding = "utf-8"'),
        ("id,name\nA,Zoë\n".encode("cp1252"), 'encoding = "cp1252"'),
        ("id,name\nA,Zoë\n".encode("utf-16"), 'encoding = "utf-16"'),
        ("id;name\nA;Zoë\n".encode(), ""),
        ("id\tname\nA\tZoë\n".encode(), ""),
        ("id|name\nA|Zoë\n".encode(), 'delimiter = "|"'),
        ("id,name\rA,Zoë\r".encode(), ""),
        ("id,name\r\nA,Zoë\r\n".encode(), ""),
        ("id,name\n\n\nA,Zoë\n\n".encode(), ""),
        (" id , name \n A , Zoë \n".encode(), ""),
        ("id,name\nA,Zo\0ë".encode(), ""),
        ('"id","name"\n"A","Zoë"'.encode(), ""),
        (gzip.compress("id,name\nA,Zoë\n".encode()), ""),
        ("id,name,,\nA,Zoë,,\n".encode(), ""),
        ("id,note,name,note\nA,x,Zoë,y\n".encode(), ""),
    ],
    ids=[
        "plain",
        "BOM",
        "BOM and a stated encoding",
        "Windows",
        "UTF-16",
        "semicolons",
        "tabs",
        "stated delimiter",
        "CR",
        "CR LF",
        "empty lines",
        "spaces",
        "NUL",
        "quoted",
        "packed by content",
        "columns without a name",
        "two columns that nobody asked for",
    ],
)
def test_a_table_is_read_however_its_program_wrote_it(take, content, said):
    assert "1 rows: 1 taken, 0 known before, 0 refused" in take(content, about_the_file(said))
    assert names() == ["Zoë"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"B,Zo\xeb", "This row is not utf-8. Name its encoding under [file]"),
        (b"B", "This row has 1 cells, but the file has 2 columns."),
        (b"B,x,y", "This row has 3 cells, but the file has 2 columns."),
        (b'B,"x" y', "line 3 of the file: a quotation mark inside a cell is not doubled"),
        (b"B," + b"x" * 100_001, "line 3 of the file: a cell is longer than 100000 characters."),
        (b"B," + b"x" * 201, "name: Ensure this value has at most 200 characters (it has 201)."),
        (b"x" * 256 + b",", "external_id: Ensure this value has at most 255 characters (it has 256)."),
    ],
    ids=["encoding", "short", "long", "quotes", "huge cell", "long name", "long number"],
)
def test_a_row_that_cannot_be_trusted_is_reported_and_its_neighbours_go_in(take, refused, line, reason):
    assert "3 rows: 2 taken, 0 known before, 1 refused" in take(b"id,name\nA,Ann\n" + line + b"\nC,Cy\n")
    assert names() == ["Ann", "Cy"]
    (row,) = refused()
    assert row["row"] == "2"
    assert row["reason"].startswith(reason)


def test_a_line_that_never_ends_takes_no_memory_and_only_itself(take, refused, monkeypatch):
    monkeypatch.setattr("surveys.imports.table.LONGEST_LINE", 1000)
    take(b"id,name\nA,Ann\nB," + b"x" * 5000 + b"\nC,Cy\n")
    assert names() == ["Ann", "Cy"]
    assert refused()[0]["reason"] == "line 3 of the file: it is longer than 1000 characters."


def test_a_quotation_mark_that_is_never_closed_says_which_lines_it_swallowed(take, refused):
    assert "1 taken, 0 known before, 1 refused" in take(b'id,name\nA,Ann\nB,"Bo\nC,Cy\nD,Di\n')
    assert refused()[0]["reason"] == "lines 3 to 5 of the file: a quotation mark is opened and never closed."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        ("id,name\n".encode("utf-16"), "the first line is not utf-8. Name its encoding"),
        ("id,Größe\n".encode("cp1252"), "the first line is not utf-8. Name its encoding"),
        (b"PK\x03\x04 and so on", "this is a spreadsheet or an archive; save the table as CSV"),
        (b"\x1f\x8bnonsense", "the packed file is damaged"),
        (gzip.compress(b"id,name\n" + b"A,Ann\n" * 5000)[:-20], "the packed file is damaged or breaks off"),
        (b"id,id,name\nA,B,Ann\n", "more than one column id; nobody can tell which"),
        (b"number,name\nA,Ann\n", "no column id. It has: number, name"),
        (b"id," + b",".join(b"c%d" % n for n in range(10_000)), "10001 columns are too many; at most 2000"),
        (b"x" * 100_001, "the first line cannot be read: a cell is longer than"),
    ],
    ids=[
        "no byte",
        "only line ends",
        "only a BOM",
        "UTF-16",
        "Windows",
        "Excel",
        "gzip by name only",
        "gzip cut off",
        "a column twice",
        "a column missing",
        "10,000 columns",
        "one endless name",
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words_before_any_row(take, content, reason):
    with pytest.raises(CommandError, match="(?s).*" + reason.replace(".", r"\.")):
        take(content)
    assert not Customer.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_packed_file_that_never_ends_is_refused(take, monkeypatch):
    monkeypatch.setattr("surveys.imports.table.LARGEST_BYTES", 10_000)
    with pytest.raises(CommandError, match="larger than 2 GB when unpacked"):
        take(gzip.compress(b"id,name\n" + b"A,Ann\n" * 5000))
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ('delimeter = ";"', "file: unknown field delimeter; known are decimal, delimiter, encoding, time_zone"),
        ('delimiter = ";;"', "file: the delimiter must be one character"),
        ("delimiter = 7", "file: delimiter must be text in quotation marks"),
        ('encoding = "klingon"', "file: there is no encoding “klingon”"),
        ('encoding = "rot13"', "file: there is no encoding “rot13”"),
        ('decimal = "·"', "file: decimal is either"),
    ],
)
def test_what_a_mapping_says_wrongly_about_its_file_is_named(take, said, reason):
    with pytest.raises(CommandError, match=reason):
        take(b"id,name\nA,Ann\n", about_the_file(said))


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        (MAPPING + "[custmer]\n", "unknown field custmer; known are customer, file"),
        ('customer = "x"', "customer: expected a table"),
        ('[customer]\nexternal_id = ["{id}"]', "customer.external_id: expected a text"),
        (MAPPING + "[customer.atributes]\n", "customer.atributes: expected a text"),
        (MAPPING + '[customer.attributes]\nplan = ["x"]', "customer.attributes.plan: expected a text"),
        (MAPPING + '[customer.consent]\nfax = "{id}"', "customer.consent: unknown field fax; known are email, sms"),
        ('[customer]\nexternal_id = "{id:>999999999}"', "after the colon only a width"),
        ('[customer]\nexternal_id = "{id:d}"', "after the colon only a width"),
        ('[customer]\nexternal_id = "{}"', "write a column name"),
    ],
)
def test_a_mapping_that_says_something_nobody_reads_is_refused_before_any_row(take, mapping, reason):
    with pytest.raises(CommandError, match=reason):
        take(b"id,name\nA,Ann\n", mapping)
    assert not Customer.objects.exists()


def test_a_mapping_that_is_no_text_is_refused(take, tmp_path):
    (tmp_path / "c.csv").write_bytes(b"id,name\nA,Ann\n")
    (tmp_path / "m.toml").write_bytes(b"\xff\xfe[\0")
    with pytest.raises(CommandError, match=r"m\.toml: this is not TOML"):
        call_command("import_customers", tmp_path / "c.csv", mapping=tmp_path / "m.toml")


FORMULAS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "'=1", " =1"]


def test_no_cell_of_the_report_is_a_formula_and_a_mended_report_goes_in_as_it_was_meant(take, refused, tmp_path):
    broken = "".join(f'A{place},"{text}",\n' for place, text in enumerate(FORMULAS))
    take(f"id,name\n{broken}".encode())
    cells = [row["name"] for row in refused()]
    assert all(cell.startswith("'") for cell in cells)
    report = (tmp_path / "c.rejected.csv").read_bytes().replace(b",\r\n", b"\r\n")
    assert "6 taken" in take(report, about_the_file('delimiter = ";"\nencoding = "cp1252"'), name="mended.csv")
    assert names() == [text.strip() for text in FORMULAS]


def test_the_report_gives_back_the_very_bytes_of_a_row_in_another_encoding(take, tmp_path):
    take(b"id,name\nB,Zo\xeb\n")
    assert b"B,Zo\xeb" in (tmp_path / "c.rejected.csv").read_bytes()


@pytest.mark.parametrize("report", ["c.csv", "m.toml"])
def test_the_report_never_overwrites_what_is_imported(take, tmp_path, report):
    take(b"id,name\nA,Ann\n")
    with pytest.raises(CommandError, match="must not overwrite"):
        call_command("import_customers", tmp_path / "c.csv", mapping=tmp_path / "m.toml", report=tmp_path / report)


def test_a_report_that_cannot_be_written_is_named(take, tmp_path):
    take(b"id,name\nA,Ann\n")
    (tmp_path / "c.csv").write_bytes(b"id,name\nA\n")
    with pytest.raises(CommandError, match=r"nowhere/r\.csv: No such file"):
        call_command(
            "import_customers", tmp_path / "c.csv", mapping=tmp_path / "m.toml", report=tmp_path / "nowhere/r.csv"
        )
