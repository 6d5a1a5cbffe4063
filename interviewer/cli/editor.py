"""The answer editor in a terminal: many lines, a key line, a countdown, every keystroke kept as a draft."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from interviewer.cli.replies import Act, Prompt, Reply, minutes, understood

KEYS = {"f2": Act.HINT, "f3": Act.DONT_KNOW, "f4": Act.SKIP, "f5": Act.BACK, "c-d": Act.END}
KEY_LINE = " Esc Enter send · F2 hint · F3 I don't know · F4 skip · F5 back · Ctrl-D end"
REFRESH = 0.5  # seconds between two looks of the countdown


class Editor:
    """Reads replies with prompt_toolkit; `input` and `output` stand in for the terminal in tests."""

    def __init__(self, **terminal: Any) -> None:
        self.session: PromptSession[Reply] = PromptSession(multiline=True, enable_open_in_editor=True, **terminal)

    async def __call__(self, prompt: Prompt) -> Reply:
        """One reply. Ctrl-C raises KeyboardInterrupt; the draft is kept.

        Time over sends what is typed. Ctrl-D sends it too and asks for the end.
        """
        started = time.monotonic()

        def seconds() -> float:
            return time.monotonic() - started

        async def time_over() -> None:
            if prompt.left is not None:
                await asyncio.sleep(prompt.left[0])
                app = get_app()
                app.exit(result=Reply(Act.TIME_OVER, app.current_buffer.text, seconds()))

        def begin() -> None:
            get_app().create_background_task(time_over())
            buffer = self.session.default_buffer
            buffer.on_text_changed += keep

        def keep(buffer: Any) -> None:
            prompt.keep(buffer.text, prompt.begun + seconds())

        def bottom() -> str:
            if prompt.left is None:
                return KEY_LINE
            here, total = (minutes(left - seconds()) for left in prompt.left)
            return f" {here} left for this question, {total} in all\n{KEY_LINE.replace(' F2 hint ·', '')}"

        try:
            return await self.session.prompt_async(
                "> ",
                prompt_continuation="  ",
                default=prompt.draft,
                key_bindings=_bindings(seconds, prompt),
                bottom_toolbar=bottom,
                refresh_interval=REFRESH if prompt.left is not None else 0,
                pre_run=begin,
            )
        except EOFError:  # the terminal is gone, the session is not
            raise KeyboardInterrupt from None
        finally:
            self.session.default_buffer.on_text_changed -= keep


def _bindings(seconds: Any, prompt: Prompt) -> KeyBindings:
    bindings = KeyBindings()

    def bind(key: str, act: Act) -> None:
        @bindings.add(key, eager=True)
        def _pressed(event: KeyPressEvent) -> None:
            event.app.exit(result=Reply(act, event.current_buffer.text, seconds()))

    for key, act in KEYS.items():
        bind(key, act)

    @bindings.add("escape", "enter")
    def _send(event: KeyPressEvent) -> None:
        event.app.exit(result=understood(event.current_buffer.text, seconds(), prompt.left))

    return bindings
