from django.core.mail import EmailMultiAlternatives

from vocplatform.lib.delivery import Letter
from vocplatform.lib.smtp import hand_over


class EmailChannel:
    name = "email"
    may_repeat = False

    def send(self, letter: Letter) -> str:
        """Text first, HTML beside it where there is any; the reference is our own Message-ID."""
        message = EmailMultiAlternatives(letter.subject, letter.text, to=[letter.to], headers=letter.headers)
        if letter.html:
            message.attach_alternative(letter.html, "text/html")
        hand_over(message)
        return letter.headers.get("Message-ID", "")
