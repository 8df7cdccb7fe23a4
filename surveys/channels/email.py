from django.core.mail import EmailMultiAlternatives

from vocplatform.lib.delivery import Letter
from vocplatform.lib.smtp import hand_over

LONGEST_LINE = 998  # RFC 5322; folded earlier, a header with one long link begins with an empty line


class Mail(EmailMultiAlternatives):
    def message(self):
        message = super().message()
        message.policy = message.policy.clone(max_line_length=LONGEST_LINE)
        return message


class EmailChannel:
    name = "email"
    may_repeat = False

    def send(self, letter: Letter) -> str:
        """Text first, HTML beside it where there is any; the reference is the provider's id, else our Message-ID."""
        message = Mail(letter.subject, letter.text, to=[letter.to], headers=letter.headers)
        if letter.html:
            message.attach_alternative(letter.html, "text/html")
        for each in letter.attachments:
            message.attach(each.name, each.content, each.media_type)
        hand_over(message)
        provider = getattr(message, "anymail_status", None)
        return getattr(provider, "message_id", None) or letter.headers.get("Message-ID", "")
