"""Writes a trained network as GGUF, which llama.cpp and everything built on it loads."""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from services.advice.prompt import COMPACT
from services.advice.training.network import Network
from services.advice.training.tokenizer import CHAT_TEMPLATE, END, PADDING, SPECIAL

NAME = "advice-slm"
PROMPT_KEY = "steward.prompt"
"""Metadata that tells the notation of the prompts that the model was trained on."""

_LAYER_NAMES = {
    "attention_norm": "attn_norm",
    "query": "attn_q",
    "key": "attn_k",
    "value": "attn_v",
    "attention_output": "attn_output",
    "feed_norm": "ffn_norm",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}


def export(network: Network, tokenizer: Tokenizer, version: str, path: Path) -> None:
    """Writes the network with 16-bit weights, its tokenizer and chat template."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(NAME)
    writer.add_version(version)
    writer.add_string(PROMPT_KEY, COMPACT)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    _add_shape(writer, network)
    _add_tokenizer(writer, tokenizer)
    for name, weights in _tensors(network).items():
        # Norms stay at 32 bits: they are small, and llama.cpp multiplies by them at that width.
        writer.add_tensor(name, weights.astype(np.float16 if weights.ndim == 2 else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_shape(writer: gguf.GGUFWriter, network: Network) -> None:
    shape = network.shape
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.groups)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.rope_base)


def _add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    model = json.loads(tokenizer.to_str())["model"]
    ids = tokenizer.get_vocab()
    tokens = sorted(ids, key=ids.__getitem__)
    kinds = [gguf.TokenType.CONTROL if token in SPECIAL else gguf.TokenType.NORMAL for token in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in model["merges"]])
    writer.add_bos_token_id(ids[PADDING])
    writer.add_pad_token_id(ids[PADDING])
    writer.add_eos_token_id(ids[END])
    writer.add_eot_token_id(ids[END])
    writer.add_add_bos_token(False)  # noqa: FBT003 - the library's own signature
    writer.add_add_eos_token(False)  # noqa: FBT003
    writer.add_chat_template(CHAT_TEMPLATE)


def _tensors(network: Network) -> dict[str, npt.NDArray[np.float32]]:
    """Weights by their names in GGUF; without an output layer of its own, llama.cpp takes the embedding."""
    weights = {name: tensor.detach().float().numpy() for name, tensor in network.state_dict().items()}
    named = {"token_embd.weight": weights["embedding.weight"], "output_norm.weight": weights["norm.weight"]}
    for number in range(network.shape.layers):
        for ours, theirs in _LAYER_NAMES.items():
            named[f"blk.{number}.{theirs}.weight"] = weights[f"layers.{number}.{ours}.weight"]
    return named
