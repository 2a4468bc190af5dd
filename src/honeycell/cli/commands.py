"""The table of commands, and the group that loads a command's module when it is called."""

from __future__ import annotations

import difflib
import importlib

import click

from honeycell.errors import UsageError

__all__ = ["COMMANDS", "Commands"]

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "See it work on two simulated organisations, from nothing to `show`."),
    "init": ("init", "Make a new cell."),
    "import": ("import_", "Bring in files and folders of mail, chat, calendars and ledgers."),
    "imports": ("imports", "Show what came in, and what was skipped and why."),
    "refresh": ("refresh", "Derive what the last import changed, or everything."),
    "list": (
        "list_",
        "List relationships, organisations, people, conversations, loops, groups, changes or dormant ties.",
    ),
    "show": ("show", "Show the state of a relationship, or of one party."),
    "why": ("why", "Show the interactions behind one reading."),
    "space": ("space", "Show how the people of a list, stream or channel talk with each other."),
    "network": ("network", "Show how organisations and people of the whole cell hang together."),
    "attention": ("attention", "Show to whom attention goes, beside what was declared."),
    "tracks": ("tracks", "Draw the conversations of a relationship on one time axis."),
    "conversation": ("conversation", "Show one conversation: who said what, and what is open."),
    "ideas": ("ideas", "Show which phrases were new and went from person to person."),
    "search": ("search", "Find people, organisations, promises and messages."),
    "people": ("people", "Say who is who: the queue, merge, apart, split, undo, why."),
    "conversations": ("conversations", "Say what belongs together: join, part, move, undo."),
    "loops": ("loops", "Judge what was found in texts: audit."),
    "priorities": ("priorities", "Declare to whom attention is meant to go: list, set, undo."),
    "floors": ("floors", "Agree on what no pair of people should lie under: list, set, undo."),
    "export": ("export", "Write any table of the model to a file."),
    "doctor": ("doctor", "Check whether the cell is whole."),
}
"""Each command: the module of this package that holds it, and its first sentence, so that help loads none."""


class Commands(click.Group):
    """A group whose commands are found in `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, its module loaded now; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"honeycell.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names.

        Raises:
            UsageError: There is none (`wrong-use`); the remedy names the nearest.
        """
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            remedy = f"did you mean {near[0]}?" if near else "the commands: " + ", ".join(COMMANDS)
            raise UsageError("wrong-use", f"no command is called “{args[0]}”", args[0], remedy)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands of the help page."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in COMMANDS.items()])
