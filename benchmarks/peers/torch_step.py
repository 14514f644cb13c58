"""Trains the same recurrent Transformer in Python PyTorch: the peer of "anira bench", TrainingStep and TrainingLoop.

Written for this project. Online halting in its dense form, attention and AdamW fused, as a careful PyTorch user would
write it. Tokens are random: only the time matters. Takes its orders from "anira bench --peer" or compare.py: a line
"[training|forward] SECONDS" comes in, a line "steps seconds processor-seconds" goes out.

    python3 torch_step.py [--width 256 --heads 4 --mlp 1024 --vocabulary 64 --depth 6 --batch 32 --length 48
        --threads 2 --mode eager|compiled|graphs --precision float32|bfloat16 --device cpu|cuda|cuda:N]

graphs: compiled with CUDA graphs, torch.compile's mode "reduce-overhead".
"""

import argparse
import sys
import time

import torch
from torch import nn
from torch.nn import functional


class Layer(nn.Module):
    """RMSNorm before each of causal attention with rotary positions and a SwiGLU MLP."""

    def __init__(self, width, heads, mlp):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.RMSNorm(width, eps=1e-5)
        self.mlp_norm = nn.RMSNorm(width, eps=1e-5)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.gate_up = nn.Linear(width, 2 * mlp, bias=False)
        self.down = nn.Linear(mlp, width, bias=False)

    def forward(self, x, cos, sin):
        batch, length, width = x.shape
        projected = self.query_key_value(self.attention_norm(x))
        query, key, value = (
            part.view(batch, length, self.heads, -1).transpose(1, 2) for part in projected.split(width, -1))
        attended = functional.scaled_dot_product_attention(
            rotate(query, cos, sin), rotate(key, cos, sin), value, is_causal=True)
        x = x + self.output(attended.transpose(1, 2).reshape(batch, length, width))
        gate, up = self.gate_up(self.mlp_norm(x)).chunk(2, -1)
        return x + self.down(functional.silu(gate) * up)


def rotate(x, cos, sin):
    first, second = x.chunk(2, -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


class Model(nn.Module):
    """Prelude, a recurrent layer applied `depth` times, coda; a head that says after each step who stops."""

    def __init__(self, given):
        super().__init__()
        self.depth = given.depth
        layer = (given.width, given.heads, given.mlp)
        self.embedding = nn.Embedding(given.vocabulary, given.width)
        self.prelude = Layer(*layer)
        self.recurrent = Layer(*layer)
        self.coda = Layer(*layer)
        self.norm = nn.RMSNorm(given.width, eps=1e-5)
        self.head = nn.Linear(given.width, given.vocabulary, bias=False)
        self.decider = nn.Sequential(
            nn.RMSNorm(given.width, eps=1e-5), nn.Linear(given.width, given.width, bias=False), nn.SiLU(),
            nn.Linear(given.width, 1))
        size = given.width // given.heads
        angle = torch.outer(torch.arange(given.length), 10000 ** (-torch.arange(0, size, 2) / size))
        self.register_buffer("cos", angle.cos())
        self.register_buffer("sin", angle.sin())
        self.register_buffer("log_prior", torch.log_softmax(-0.18 * torch.arange(1, given.depth + 1), 0))

    def forward(self, tokens, targets, noise):
        """Returns the loss, or the logits if there are no targets; what decides is computed in float32."""
        start = self.prelude(self.embedding(tokens), self.cos, self.sin)
        states, scores = [], []
        state = start
        for step in range(self.depth):
            state = self.recurrent(state + start, self.cos, self.sin)
            states.append(state)
            if step < self.depth - 1:
                with torch.autocast(state.device.type, enabled=False):
                    scores.append(self.decider(state.float()))
        score = torch.cat(scores, -1)
        stay = functional.logsigmoid(-score)
        survived = stay.cumsum(-1)
        log_exit = torch.cat([functional.logsigmoid(score) + survived - stay, survived[..., -1:]], -1)
        exits = log_exit.exp()
        chosen = (exits.cumsum(-1) < noise[..., None]).sum(-1).clamp(max=self.depth - 1)
        weights = functional.one_hot(chosen, self.depth) + exits - exits.detach()
        mixed = sum(weights[..., step, None] * states[step] for step in range(self.depth))
        logits = self.head(self.norm(self.coda(mixed, self.cos, self.sin)))
        if targets is None:
            return logits
        divergence = (exits * (log_exit - self.log_prior)).sum(-1).mean()
        return functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten()) + 0.003 * divergence


def main():
    options = argparse.ArgumentParser()
    sizes = {"width": 256, "heads": 4, "mlp": 1024, "vocabulary": 64, "depth": 6, "batch": 32, "length": 48,
             "threads": 2}
    for name, size in sizes.items():
        options.add_argument("--" + name, type=int, default=size)
    options.add_argument("--mode", choices=["eager", "compiled", "graphs"], default="eager")
    options.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    options.add_argument("--device", default="cpu")
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(1)
    model = Model(given).to(given.device)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-4, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
    compiled = {"compiled": "default", "graphs": "reduce-overhead"}
    run = torch.compile(model, mode=compiled[given.mode]) if given.mode in compiled else model
    device_type = torch.device(given.device).type
    shape = (given.batch, given.length)

    def compute(learning):
        tokens = torch.randint(given.vocabulary, shape, device=given.device)
        targets = tokens.roll(-1, 1) if learning else None
        with torch.autocast(device_type, torch.bfloat16, enabled=given.precision == "bfloat16"):
            return run(tokens, targets, torch.rand(shape, device=given.device))

    def training():
        loss = compute(learning=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()  # before the next pass, which a replayed graph writes to the same memory
        loss.item()  # waits for the device

    @torch.no_grad()
    def forward():
        compute(learning=False)[0, 0, 0].item()

    for order in sys.stdin:
        *name, seconds = order.split()
        step = forward if name == ["forward"] else training
        steps, start, processor = 0, time.perf_counter(), time.process_time()
        while time.perf_counter() - start < float(seconds):
            step()
            steps += 1
        print(steps, time.perf_counter() - start, time.process_time() - processor, flush=True)


if __name__ == "__main__":
    main()
