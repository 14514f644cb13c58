"""Checks an exported model and runs it in ONNX Runtime's Python: one JSON object in, one out.

    python run_model.py FILE < {"tokens": [[…]], "fed": [[…]], "prompt": N}

A model that decodes is given the first N tokens of each sequence and an empty cache, then token by token.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime


def main():
    file = sys.argv[1]
    onnx.checker.check_model(file, full_check=True)
    session = onnxruntime.InferenceSession(file)
    given = json.load(sys.stdin)
    tokens = np.array(given["tokens"], dtype=np.int64)
    fed = np.array(given["fed"], dtype=bool)
    positions = np.broadcast_to(np.arange(tokens.shape[1], dtype=np.int64), tokens.shape)
    metadata = session.get_modelmeta().custom_metadata_map
    results = {"logits": [], "depth": [], "expected_depth": []}
    cache = {}
    for argument in session.get_inputs()[3:]:
        axes = [{"batch": tokens.shape[0], "past": 0}.get(axis, axis) for axis in argument.shape]
        cache[argument.name] = np.zeros(axes, dtype=bool if argument.type == "tensor(bool)" else np.float32)
    begin = 0
    for end in range(given["prompt"], tokens.shape[1] + 1) if cache else [tokens.shape[1]]:
        part = slice(begin, end)
        names = [output.name for output in session.get_outputs()]
        outputs = dict(zip(names, session.run(None, {
            "tokens": tokens[:, part], "positions": positions[:, part], "fed": fed[:, part], **cache})))
        for name in results:
            results[name].append(outputs[name])
        for name in cache:
            cache[name] = (np.concatenate([cache[name], fed[:, part]], axis=1) if name == "valid"
                           else outputs["present." + name])
        begin = end
    json.dump({
        "metadata": metadata,
        **{name: np.concatenate(parts, axis=1).ravel().tolist() for name, parts in results.items()}}, sys.stdout)


if __name__ == "__main__":
    main()
