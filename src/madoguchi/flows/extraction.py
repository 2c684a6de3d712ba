"""Text inside files: read once per content, kept with it, and put into the search index of the message."""

from madoguchi.conversations.indexing import index_message
from madoguchi.conversations.models import Message
from madoguchi.files.actions import keep_text
from madoguchi.files.queries import read_blob
from madoguchi.search.extract import NotExtractable, extract_text

#: Of one message, not more than this is indexed from its files.
MAX_CHARS = 50_000


def extract_attachments(message_id: int) -> None:
    """Index what stands in the files of a message; what cannot be read is noted as empty and not tried again."""
    message = Message.objects.select_related("conversation").filter(pk=message_id).first()
    if message is None:
        return
    texts: list[str] = []
    for attachment in message.attachments.select_related("blob"):
        texts.append(attachment.name)
        if attachment.blob.text is None:
            try:
                text = extract_text(
                    read_blob(attachment.blob), name=attachment.name, content_type=attachment.content_type
                )
            except NotExtractable:
                text = ""
            keep_text(attachment.blob, text[:MAX_CHARS])
            texts.append(text[:MAX_CHARS])
        else:
            texts.append(attachment.blob.text)
    index_message(message, message.conversation, attachment_text="\n".join(texts)[:MAX_CHARS])
