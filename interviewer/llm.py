"""The OpenAI client and everything that speaks of the wire: structured replies, what failed and why, token counts.

Knows nothing of rubrics. Works with OpenAI and with any server that speaks its chat completions API.
"""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from interviewer.errors import JudgeError, SettingsError
from interviewer.scoring import Usage
from interviewer.settings import Settings

if TYPE_CHECKING:
    import tiktoken
    from openai import AsyncOpenAI

Message = dict[str, str]

# tiktoken looks for its vocabulary under the SHA-1 of the address it would fetch it from.
_VOCABULARY = "fb374d419588a4632f3f557e76b4b70aebbca790"
_TOKENS_PER_MESSAGE = 4  # role and separators, https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken


NOTHING_USED = Usage()


@dataclass(frozen=True)
class Reply:
    """What came back from one call: text, or the reason why there is none that can be used.

    `worth_repeating` says whether asking again in other words could help; the client itself has already
    retried what passes by itself (429, 5xx, time-outs).
    """

    text: str
    failure: str = ""
    usage: Usage = NOTHING_USED
    worth_repeating: bool = True


def make_client(settings: Settings, http_client: Any = None, max_retries: int | None = None) -> AsyncOpenAI:
    """An asynchronous client for the configured server; tests pass their own `http_client`.

    Raises:
        SettingsError: neither a key nor a base URL is set.

    """
    from openai import AsyncOpenAI  # half a second to import: only when a model is asked

    if not settings.has_model:
        raise SettingsError(
            "No language model is configured. Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own, "
            "or use --judge local, which needs neither."
        )
    return AsyncOpenAI(
        # Servers without keys still want the header; the client refuses to start without one.
        api_key=settings.api_key.get_secret_value() if settings.api_key else "no-key",
        base_url=settings.base_url,
        timeout=settings.timeout,
        max_retries=settings.max_retries if max_retries is None else max_retries,
        http_client=http_client,
    )


class ChatModel:
    """One chat model behind one client. Remembers which reply format its server understands."""

    def __init__(self, client: AsyncOpenAI, settings: Settings, model: str | None = None) -> None:
        self.client = client
        self.settings = settings
        self.model = model or settings.model
        self.reply_format = "schema" if settings.reply_format == "auto" else settings.reply_format

    @property
    def described(self) -> str:
        """The settings that can change what the model says, for cache keys."""
        server = urlsplit(self.settings.base_url or "")  # without user:password, which a base URL may carry
        place = f"{server.hostname}:{server.port or ''}{server.path}" if server.hostname else "default"
        return f"temperature={self.settings.temperature} seed={self.settings.seed} server={place}"

    async def ask(self, messages: Sequence[Message], schema: dict[str, Any] | None = None) -> Reply:
        """One reply to `messages`; a failure of this call is a value, not an exception.

        With a JSON `schema` the server is asked to enforce it, or, where it cannot, to send JSON, or nothing at all.

        Raises:
            JudgeError: the server will refuse every call alike (wrong key, no such model, nobody there).

        """
        import openai  # see make_client
        from openai.types.chat import ChatCompletion

        while True:
            try:
                # `chat.completions.create` would walk through the body first, to see whether some key is written otherwise
                # on the wire: none is, and the walk is a tenth of all processor time that a row of a file takes.
                body = self.body(messages, schema)
                return _reply(await self.client.post("/chat/completions", body=body, cast_to=ChatCompletion))
            except (openai.APIError, ValueError) as error:
                about_format = isinstance(error, openai.BadRequestError) and schema is not None
                if not (about_format and self._step_down(error)):
                    return failed_reply(error, self.settings, f"no model {self.model!r}, or no chat completions")

    async def stream(self, messages: Sequence[Message]) -> AsyncIterator[str]:
        """The text of one reply, piece by piece. A failure ends it early: who needs a whole text checks for its end."""
        try:
            chunks = await self.client.chat.completions.create(**self.body(messages, None), stream=True)
            async for chunk in chunks:
                if chunk.choices and chunk.choices[0].delta.content:
                    yield chunk.choices[0].delta.content
        except Exception:  # noqa: BLE001  # a stream breaks with whatever its transport raises
            return

    def body(self, messages: Sequence[Message], schema: dict[str, Any] | None) -> dict[str, Any]:
        """The body of a request."""
        settings = self.settings
        body: dict[str, Any] = {"model": self.model, "messages": list(messages)}
        # OpenAI's own models take `max_completion_tokens`; the servers that copy the API still know the older name.
        limit = "max_completion_tokens" if settings.base_url is None else "max_tokens"
        body[limit] = settings.max_output_tokens
        if settings.temperature is not None:
            body["temperature"] = settings.temperature
        if settings.seed is not None:
            body["seed"] = settings.seed
        if schema is not None and self.reply_format == "schema":
            shape = {"name": "judgements", "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": shape}
        elif schema is not None and self.reply_format == "json":
            body["response_format"] = {"type": "json_object"}
        return body

    def _step_down(self, error: Any) -> bool:
        """After a 400 that is about the reply format: ask for less from now on, if there is less to ask for."""
        said = _message(error).lower()
        about_format = any(
            word in said for word in ("response_format", "json_schema", "json_object", "schema", "grammar")
        )
        if self.settings.reply_format != "auto" or not about_format or self.reply_format == "text":
            return False
        self.reply_format = "json" if self.reply_format == "schema" else "text"
        return True


def failed_reply(error: Exception, settings: Settings, lacking: str) -> Reply:
    """What an error of the client says about this one call; `lacking` is what the server does not have at a 404.

    Raises:
        JudgeError: the server will refuse every call alike.

    """
    import openai  # see make_client

    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        where = settings.base_url or "OpenAI"
        raise JudgeError(f"{where} does not accept the key (HTTP {error.status_code}). Check OPENAI_API_KEY.") from None
    if isinstance(error, openai.NotFoundError):
        raise JudgeError(f"The server has {lacking}. Check --model and OPENAI_BASE_URL.") from None
    if isinstance(error, openai.BadRequestError):
        failure = f"the server refused the request: {_message(error)}"
    elif isinstance(error, openai.APITimeoutError):
        failure = f"no reply within {settings.timeout:g} seconds"
    elif isinstance(error, openai.APIConnectionError):
        failure = f"the connection to the server failed ({type(error.__cause__ or error).__name__})"
    elif isinstance(error, openai.APIStatusError):
        failure = f"the server failed with HTTP {error.status_code}: {_message(error)}"
    else:
        return Reply("", failure=f"the server's reply is not what the API promises ({type(error).__name__})")
    return Reply("", failure=failure, worth_repeating=False)


@lru_cache(maxsize=1)
def encoding() -> tiktoken.Encoding:
    """The o200k_base tokenizer, from the vocabulary that ships with the package unless the user set a cache of their own."""
    import tiktoken  # with its vocabulary, a third of a second

    if "TIKTOKEN_CACHE_DIR" not in os.environ and "DATA_GYM_CACHE_DIR" not in os.environ:
        os.environ["TIKTOKEN_CACHE_DIR"] = str(_unpacked_vocabulary())
    return tiktoken.get_encoding("o200k_base")


def count_tokens(messages: Sequence[Message]) -> int:
    """Input tokens of a chat request, as o200k_base counts them; a server with another tokenizer differs a little."""
    texts = [message["content"] for message in messages]
    return sum(len(tokens) + _TOKENS_PER_MESSAGE for tokens in encoding().encode_batch(texts, disallowed_special=()))


def _unpacked_vocabulary() -> Path:
    packed = Path(__file__).parent / "_data" / "o200k_base.tiktoken.gz"
    folder = Path(tempfile.gettempdir()) / f"interviewer-tiktoken-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    target = folder / _VOCABULARY
    if not target.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        # Written aside and renamed: two processes at once both end with a whole file. tiktoken checks its hash.
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
            part.write(gzip.decompress(packed.read_bytes()))
        Path(part.name).replace(target)
    return folder


def read_completion(body: Any) -> Reply:
    """The reply that a completion amounts to, given as the JSON that the server sent."""
    from openai.types.chat import ChatCompletion  # see make_client

    try:
        return _reply(ChatCompletion.construct(**body))
    except (AttributeError, TypeError) as error:
        return Reply("", failure=f"the server's reply is not what the API promises ({type(error).__name__})")


def _reply(completion: Any) -> Reply:
    usage = _usage(getattr(completion, "usage", None))
    choices = getattr(completion, "choices", None)
    if not choices or choices[0].message is None:
        return Reply("", failure="the server's reply holds no message", usage=usage)
    choice = choices[0]
    text = choice.message.content or ""
    if getattr(choice.message, "refusal", None):
        return Reply("", failure=f"the model refused: {choice.message.refusal}", usage=usage, worth_repeating=False)
    if choice.finish_reason == "content_filter":
        return Reply("", failure="the server's content filter stopped the reply", usage=usage, worth_repeating=False)
    if choice.finish_reason == "length":
        return Reply(text, failure="the reply was cut off at the output limit", usage=usage)
    if not text.strip():
        return Reply("", failure="the reply is empty", usage=usage)
    return Reply(text, usage=usage)


def _usage(usage: Any) -> Usage:
    if usage is None:
        return Usage(requests=1)
    details = getattr(usage, "prompt_tokens_details", None)
    return Usage(
        requests=1,
        input_tokens=getattr(usage, "prompt_tokens", 0) or 0,
        cached_tokens=getattr(details, "cached_tokens", 0) or 0,
        output_tokens=getattr(usage, "completion_tokens", 0) or 0,
    )


def _message(error: Any) -> str:
    """What the server said, on one line; never the request, so never the key."""
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    return " ".join(str(said or getattr(error, "message", error)).split())[:300]
