"""What a sending domain's DNS says about our mail, asked of a real name server on this machine."""

import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from vocplatform.lib import nameservers
from vocplatform.lib.nameservers import NameServers, NoNameServer
from vocplatform.lib.spf import read_spf
from vocplatform.mail_dns import Finding, Sender, Standing, examine_sender
from vocplatform.tests.nameserver import name_server

KEY_1024, KEY_2048 = "QUFB" * 54, "QUFB" * 98  # 162 and 294 bytes
WELL = {
    ("shop.test", "MX"): ["10 mx.shop.test."],
    ("shop.test", "TXT"): ['"v=spf1 ip4:203.0.113.0/24 include:post.test -all"', '"something else"'],
    ("post.test", "TXT"): ['"v=spf1 a:out.post.test ~all"'],
    ("out.post.test", "A"): ["198.51.100.7"],
    ("voc._domainkey.shop.test", "TXT"): [f'"v=DKIM1; k=rsa; p={KEY_2048[:200]}" "{KEY_2048[200:]}"'],
    ("_dmarc.shop.test", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:d@shop.test"'],
    ("9.113.0.203.in-addr.arpa", "PTR"): ["mail.shop.test."],
    ("mail.shop.test", "A"): ["203.0.113.9"],
}
SENDER = Sender("shop.test", addresses=("203.0.113.9",), selectors=("voc",))


def examine(changes: dict | None = None, sender: Sender = SENDER) -> dict[str, Finding]:
    with name_server(WELL | (changes or {})) as server:
        return {finding.name: finding for finding in examine_sender(NameServers(server), sender)}


def test_a_domain_that_is_set_up_well_has_nothing_but_good_findings():
    found = examine()
    assert {finding.standing for finding in found.values()} == {Standing.GOOD}
    assert list(found) == ["mailbox", "spf", "dkim", "dmarc", "ptr", "alignment"]


@pytest.mark.parametrize(
    ("name", "changes", "standing", "words"),
    [
        ("mailbox", {("shop.test", "MX"): ["0 ."]}, Standing.BAD, "takes no mail"),
        ("spf", {("shop.test", "TXT"): ['"other"']}, Standing.BAD, "No SPF record"),
        ("spf", {("shop.test", "TXT"): ['"v=spf1 -all"', '"v=spf1 ~all"']}, Standing.BAD, "2 SPF records"),
        ("spf", {("shop.test", "TXT"): ['"v=spf1 +all"']}, Standing.BAD, "anybody may send"),
        ("spf", {("shop.test", "TXT"): ['"v=spf1 ip4:192.0.2.0/24 -all"']}, Standing.BAD, "does not let 203.0.113.9"),
        ("spf", {("shop.test", "TXT"): ['"v=spf1 include:gone.test -all"']}, Standing.BAD, "gone.test has no SPF"),
        ("spf", {("shop.test", "TXT"): ['"v=spf1 ip4:203.0.113.9 ?all"']}, Standing.CONSIDER, "with others"),
        ("dkim", {("voc._domainkey.shop.test", "TXT"): ['"v=DKIM1; p="']}, Standing.BAD, "No DKIM key at voc."),
        ("dkim", {("voc._domainkey.shop.test", "TXT"): [f'"p={KEY_1024}"']}, Standing.CONSIDER, "2048 bits"),
        ("dmarc", {("_dmarc.shop.test", "TXT"): ['"other"']}, Standing.BAD, "No DMARC record"),
        ("dmarc", {("_dmarc.shop.test", "TXT"): ['"v=DMARC1; p=none"']}, Standing.CONSIDER, "only watches"),
        (
            "dmarc",
            {("_dmarc.shop.test", "TXT"): ['"v=DMARC1; p=reject"']},
            Standing.CONSIDER,
            "nobody gets",
        ),
        ("ptr", {("9.113.0.203.in-addr.arpa", "PTR"): []}, Standing.BAD, "has no name"),
        ("ptr", {("mail.shop.test", "A"): ["192.0.2.1"]}, Standing.BAD, "leads elsewhere"),
    ],
)
def test_each_fault_is_named(name, changes, standing, words):
    finding = examine(changes)[name]
    assert (finding.standing, words in finding.says) == (standing, True), finding


def test_every_fault_comes_with_a_next_step():
    found = examine({key: [] for key in WELL if key != ("shop.test", "TXT")}, Sender("shop.test"))
    assert [name for name, one in found.items() if one.standing is not Standing.GOOD and not one.next_step] == []


def test_a_domain_under_another_takes_over_its_policy_for_subdomains():
    policy = {("_dmarc.shop.test", "TXT"): ['"v=DMARC1; p=none; sp=quarantine; rua=mailto:d@shop.test"']}
    mail = {("mail.shop.test", "MX"): ["10 mx.shop.test."]}
    assert "asks receivers to quarantine" in examine(policy | mail, Sender("mail.shop.test"))["dmarc"].says


def test_behind_a_provider_only_a_key_speaks_for_the_domain():
    sender = Sender("shop.test", own_return_path=False)
    assert examine({("voc._domainkey.shop.test", "TXT"): []}, sender)["alignment"].standing is Standing.BAD


def test_a_name_that_is_not_there_is_said_first_and_alone():
    found = examine(sender=Sender("shpo.test"))
    assert [(one.name, one.standing) for one in found.values()] == [("domain", Standing.BAD)]


def test_what_receivers_would_stop_reading_is_counted():
    chain = {(f"s{number}.test", "TXT"): [f'"v=spf1 include:s{number + 1}.test -all"'] for number in range(14)}
    finding = examine(chain | {("shop.test", "TXT"): ['"v=spf1 include:s0.test -all"']})["spf"]
    assert finding.standing is Standing.BAD
    assert "receivers give up after 10" in finding.says


def test_a_record_that_includes_itself_comes_to_an_end():
    with name_server({("a.test", "TXT"): ['"v=spf1 include:a.test -all"']}) as server:
        assert read_spf(NameServers(server), "a.test").lookups > 10


@pytest.mark.parametrize(
    ("record", "address", "lets"),
    [
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::5", True),
        ("v=spf1 ip4:192.0.2.1 -all", "192.0.2.2", False),
        ("v=spf1 -ip4:192.0.2.1 +all", "192.0.2.1", False),
        ("v=spf1 a:out.post.test/24 -all", "198.51.100.200", True),
        ("v=spf1 mx:shop.test -all", "192.0.2.25", True),
        ("v=spf1 redirect=post.test", "198.51.100.7", True),
        ("v=spf1 ip4:nonsense -all", "192.0.2.1", False),
    ],
)
def test_an_spf_record_lets_its_own_networks_send(record, address, lets):
    with name_server(WELL | {("x.test", "TXT"): [f'"{record}"'], ("mx.shop.test", "A"): ["192.0.2.25"]}) as server:
        assert read_spf(NameServers(server), "x.test").permits(address) is lets


def test_silence_is_told_from_a_fault_and_ends_soon(monkeypatch):
    monkeypatch.setattr(nameservers, "SECONDS_A_NAME", 0.3)
    began, out = time.monotonic(), StringIO()
    with name_server(WELL, silent=True) as server, pytest.raises(SystemExit) as ended:
        call_command("check_mail_dns", "shop.test", name_server=server, stdout=out)
    assert ended.value.code == 2
    assert "Nothing was learnt, neither good nor bad" in out.getvalue()
    assert time.monotonic() - began < 5


def test_no_more_is_asked_when_the_time_is_over():
    with name_server(WELL) as server, pytest.raises(NoNameServer, match="time for asking is over"):
        NameServers(server, seconds=0).texts("shop.test")


def test_the_command_prints_each_finding_and_fails_for_the_wrong_ones():
    out = StringIO()
    with name_server(WELL | {("_dmarc.shop.test", "TXT"): []}) as server, pytest.raises(SystemExit) as ended:
        call_command("check_mail_dns", "shop.test", selector=["voc"], name_server=server, stdout=out)
    assert ended.value.code == 1
    assert "BAD   dmarc      No DMARC record" in out.getvalue()


def test_the_sender_of_the_settings_is_examined_unless_it_has_no_domain(settings):
    settings.DEFAULT_FROM_EMAIL = "Shop <hello@shop.test>"
    out = StringIO()
    with name_server(WELL) as server:
        call_command("check_mail_dns", selector=["voc"], address=["203.0.113.9"], name_server=server, stdout=out)
    assert "\nshop.test\n" in out.getvalue()
    settings.DEFAULT_FROM_EMAIL = "feedback@localhost"
    with pytest.raises(CommandError, match="MAIL_FROM has no domain of its own"):
        call_command("check_mail_dns")
