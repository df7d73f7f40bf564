"""A Document as the text it was read from: the inverse of ``parse``, comments and spelling included."""

from synth.script.document import Choose, Document, Each, If, Item, Repeat


def format_document(document: Document) -> str:
    """The script's text, its lines ended by ``\\n``. What a fragment holds stays in its own file."""
    body = "".join(section.written + _text(section.items) for section in document.sections)
    return document.header + body + document.tail


def _text(items: tuple[Item, ...]) -> str:
    return "".join(map(_item, items))


def _item(item: Item) -> str:
    match item:
        case If():
            return item.written + _text(item.items) + item.turned + _text(item.otherwise) + item.ended
        case Choose():
            return item.written + "".join(o.written + _text(o.items) for o in item.options) + item.ended
        case Repeat() | Each():
            return item.written + _text(item.items) + item.ended
        case _:
            return item.written
