"""Add themes, of the register or of one plan."""

from __future__ import annotations

from store.commands.values import FieldsCommand
from store.domain.errors import BadInput, NotAllowed
from store.domain.names import fold_name, unquote
from store.domain.text import quote_for_shell
from store.log.change import digest
from store.log.writer import ChangeWriter


def theme_id(name: str, publication: str | None = None) -> str:
    """A theme's id, a hash of its name, so that it is the same in every register."""
    return digest("theme", fold_name(name), publication or "")


class AddTheme(FieldsCommand):
    """Add a theme, of the register or of one plan. Raises NotAllowed where it is here already."""

    entity_kind = "theme"
    publication: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        values = self.read(writer) | {"publication": self.publication}
        name = values["name"] = unquote(str(values["name"] or "").strip())
        if not fold_name(name):
            raise BadInput("name", "A theme needs a name.")
        check_theme_is_free(writer, name, self.publication)
        entity: str | None = theme_id(name, self.publication)
        if writer.exists(str(entity)) and not writer.current(str(entity), "withdrawn").value:
            if writer.current(str(entity), "name").value is None:
                raise NotAllowed(f"The theme {name} is here already, and was left out of this copy.").at("name")
            # That theme has another name by now: this is a further one.
            entity = None
        writer.create("theme", values, entity=entity, basis=self.provenance(values))


def check_theme_is_free(writer: ChangeWriter, name: str, publication: object, mine: str = "") -> None:
    """Raise NotAllowed where a theme other than `mine`, of the same plan or of the register, has that name."""
    rows = writer.conn.execute(
        "SELECT name FROM theme WHERE withdrawn = 0 AND name IS NOT NULL AND publication IS ? AND id <> ?",
        (publication, mine),
    ).fetchall()
    for (other,) in rows:
        if fold_name(other) == fold_name(name):
            sentence = f"There is a theme {other} already. To correct it: fairlead edit theme {quote_for_shell(other)}"
            raise NotAllowed(sentence).at("name")
