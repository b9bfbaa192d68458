"""Tiny language models with random weights: their words are nonsense, everything else about them is real."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import gguf
import numpy as np

LONG_WORD = "pneumonoultramicroscopicsilicovolcanoconiosis"
"""A word of 45 bytes, one token of the model with the long tokens."""

_WORDS = (" the", " load", " energy", "heating", '{"', '":', '","', " of", " and", "ción", " año", "end")

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content | trim }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
ZEPHYR = (
    "{% for message in messages %}{% if message.role == 'system' %}{{ raise_exception('No system role.') }}{% endif %}"
    "<|{{ message.role }}|>\n{{ message.content }}{{ eos_token }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)


@dataclass
class Vocabulary:
    """Tokens of a model, in the order of their ids."""

    model: str
    tokens: list[str]
    types: list[gguf.TokenType]
    eos: str
    template: str
    pre: str = ""
    merges: list[str] = field(default_factory=list)
    bos: str = ""


def byte_level(
    pre: str = "smollm", words: Iterable[str] = _WORDS, template: str = CHATML, added: tuple[str, ...] = ()
) -> Vocabulary:
    """Byte-level BPE with control tokens like ChatML's, and tokens that were added to steer the model."""
    alphabet = _printable_bytes()
    tokens, merges = list(alphabet), []
    for word in words:
        symbols = [alphabet[byte] for byte in word.encode()]
        for end in range(1, len(symbols)):
            merge = f"{''.join(symbols[:end])} {symbols[end]}"
            if merge not in merges:
                merges.append(merge)
                tokens.append(merge.replace(" ", ""))
    control = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    types = [gguf.TokenType.NORMAL] * len(tokens) + [gguf.TokenType.CONTROL] * len(control)
    types += [gguf.TokenType.USER_DEFINED] * len(added)
    return Vocabulary("gpt2", [*tokens, *control, *added], types, "<|im_end|>", template, pre, merges)


def long_tokens() -> Vocabulary:
    """Byte-level BPE as Qwen has it, with tokens of more than 32 bytes."""
    return byte_level("qwen2", (*_WORDS, LONG_WORD))


def sentencepiece() -> Vocabulary:
    """SentencePiece with byte tokens, a token at the start and a space before the text, as TinyLlama has it."""
    control = ["<unk>", "<s>", "</s>"]
    data = [f"<0x{byte:02X}>" for byte in range(256)]
    words = [*map(chr, range(33, 127)), "▁", *(word.replace(" ", "▁") for word in _WORDS)]
    tokens = control + data + list(dict.fromkeys(words))
    normal = len(tokens) - len(control) - len(data)
    types = [
        gguf.TokenType.UNKNOWN,
        gguf.TokenType.CONTROL,
        gguf.TokenType.CONTROL,
        *[gguf.TokenType.BYTE] * len(data),
        *[gguf.TokenType.NORMAL] * normal,
    ]
    return Vocabulary("llama", tokens, types, "</s>", ZEPHYR, bos="<s>")


def write(
    path: Path, vocabulary: Vocabulary | None = None, width: int = 32, layers: int = 1, context: int = 1024
) -> Path:
    """Writes a model of the Llama architecture, with the same weights each time.

    Args:
        path: Where to.
        vocabulary: Its tokens; those of `byte_level` if None.
        width: Width of the network, a multiple of 32.
        layers: Number of layers.
        context: Most tokens of prompt and text together.
    """
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("random-words")
    writer.add_version("0.1.0")
    writer.add_string("steward.prompt", "plain-test")
    vocabulary = vocabulary or byte_level()
    _add_vocabulary(writer, vocabulary)
    _add_network(writer, len(vocabulary.tokens), width, layers, context)
    return _written(writer, path)


def write_recurrent(path: Path, width: int = 32) -> Path:
    """Writes a model of the Mamba architecture, which keeps a state instead of a cache and cannot go back in it."""
    writer = gguf.GGUFWriter(path, "mamba")
    vocabulary = byte_level()
    _add_vocabulary(writer, vocabulary)
    writer.add_context_length(1024)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(0)
    writer.add_head_count(0)
    writer.add_block_count(1)
    writer.add_ssm_conv_kernel(4)
    writer.add_ssm_inner_size(2 * width)
    writer.add_ssm_state_size(16)
    writer.add_ssm_time_step_rank(8)
    writer.add_layer_norm_rms_eps(1e-5)
    shapes = {
        "token_embd.weight": (len(vocabulary.tokens), width),
        "output_norm.weight": (width,),
        "blk.0.attn_norm.weight": (width,),
        "blk.0.ssm_in.weight": (4 * width, width),
        "blk.0.ssm_conv1d.weight": (2 * width, 4),
        "blk.0.ssm_conv1d.bias": (2 * width,),
        "blk.0.ssm_x.weight": (8 + 2 * 16, 2 * width),
        "blk.0.ssm_dt.weight": (2 * width, 8),
        "blk.0.ssm_dt.bias": (2 * width,),
        "blk.0.ssm_a": (2 * width, 16),
        "blk.0.ssm_d": (2 * width,),
        "blk.0.ssm_out.weight": (width, 2 * width),
    }
    random = np.random.default_rng(0)
    for name, shape in shapes.items():
        weights = random.normal(0, 0.3, shape)
        writer.add_tensor(name, (-np.abs(weights) if name.endswith("ssm_a") else weights).astype(np.float32))
    return _written(writer, path)


def _written(writer: gguf.GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_vocabulary(writer: gguf.GGUFWriter, vocabulary: Vocabulary) -> None:
    writer.add_tokenizer_model(vocabulary.model)
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.types)
    if vocabulary.merges:
        writer.add_tokenizer_pre(vocabulary.pre)
        writer.add_token_merges(vocabulary.merges)
    else:
        writer.add_token_scores([-float(number) for number in range(len(vocabulary.tokens))])
        writer.add_unk_token_id(0)
    if vocabulary.bos:
        writer.add_bos_token_id(vocabulary.tokens.index(vocabulary.bos))
    writer.add_add_bos_token(bool(vocabulary.bos))
    writer.add_eos_token_id(vocabulary.tokens.index(vocabulary.eos))
    if vocabulary.template:
        writer.add_chat_template(vocabulary.template)


def _add_network(writer: gguf.GGUFWriter, size: int, width: int, layers: int, context: int) -> None:
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(2 * width)
    writer.add_head_count(width // 16)
    writer.add_head_count_kv(width // 16)
    writer.add_rope_dimension_count(16)
    writer.add_layer_norm_rms_eps(1e-5)
    random = np.random.default_rng(0)

    def add(name: str, *shape: int) -> None:
        weights = random.normal(0, 0.3, shape) if len(shape) > 1 else np.ones(shape)
        writer.add_tensor(name, weights.astype(np.float32))

    add("token_embd.weight", size, width)
    add("output_norm.weight", width)
    add("output.weight", size, width)
    for layer in range(layers):
        for norm in ("attn_norm", "ffn_norm"):
            add(f"blk.{layer}.{norm}.weight", width)
        for square in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{layer}.{square}.weight", width, width)
        for wide in ("ffn_gate", "ffn_up"):
            add(f"blk.{layer}.{wide}.weight", 2 * width, width)
        add(f"blk.{layer}.ffn_down.weight", width, 2 * width)


def _printable_bytes() -> list[str]:
    """The character that stands for each byte in byte-level BPE."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = iter(range(256, 512))
    return [chr(byte) if byte in shown else chr(next(hidden)) for byte in range(256)]
