from mailbox import Error, Maildir

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from loop.services.inbound import receive_mail


class Command(BaseCommand):
    help = "Take what customers answered from a Maildir into their cases; each mail is marked as read when it is taken."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--maildir", default=settings.MAILDIR, help="The folder (default: MAILDIR).")

    def handle(self, *args, maildir: str, **options) -> None:
        if not settings.REPLY_ADDRESS:
            raise CommandError("Set REPLY_ADDRESS first: without it no letter names an address to answer to.")
        try:
            box = Maildir(maildir or "", create=False)
            unread = [key for key, mail in box.iteritems() if mail.get_subdir() == "new"]
        except (OSError, Error) as problem:
            raise CommandError(f"“{maildir}” is no Maildir: {problem}") from problem
        outcomes: dict[str, int] = {}
        for key in unread:
            outcome = receive_mail(box.get_bytes(key), now=timezone.now()).get_outcome_display()
            outcomes[str(outcome)] = outcomes.get(str(outcome), 0) + 1
            self._mark_read(box, key)
        said = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        self.stdout.write(said or "No new mail.")

    @staticmethod
    def _mark_read(box: Maildir, key: str) -> None:
        message = box.get_message(key)
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message
