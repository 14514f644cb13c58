"""Compiles the pieces of a program for the backend 'torch': compile.py PLAN FOLDER

PLAN is a text that Plan.java writes: a traced program, cut where the host acts. Each piece is replayed
as torch functions, differentiated by AOTAutograd and compiled by AOTInductor. FOLDER receives for each
distinct piece a library for the forward pass, one for the backward pass where gradients pass, and a
line each in 'pieces', which the host reads. Every library is run once and compared with eager execution.

Standard output is for the host: 'compiling I of N' before each library, 'failed REASON' in the end if so.
"""

import concurrent.futures
import multiprocessing
import operator
import os
import shutil
import signal
import struct
import sys
import threading
import traceback

import torch
import torch.fx.experimental.symbolic_shapes as symbolic_shapes
from functorch.compile import min_cut_rematerialization_partition
from torch._functorch.aot_autograd import aot_function
from torch._inductor.decomposition import select_decomp_table
from torch.nn import functional as F

aten = torch.ops.aten

TYPES = {"FLOAT32": torch.float32, "BFLOAT16": torch.bfloat16, "INT64": torch.int64, "BOOL": torch.bool}

# Example sizes of axes that vary. They are unlike each other, so that each becomes a symbol of its own.
SEQUENCES, TOKENS = 23, 37
# How wrong a result may be, of its root mean square. In bfloat16 a token may be decided otherwise.
TOLERANCE, COARSE_TOLERANCE = 1e-3, 1e-1


class Unsupported(Exception):
    """A program that cannot be compiled."""


# Sizes are those of the examples, but for axes that the plan declares as varying.


def static_by_default():
    init = symbolic_shapes.ShapeEnv.__init__

    def start(self, **given):
        init(self, **{"assume_static_by_default": True, **given})

    symbolic_shapes.ShapeEnv.__init__ = start


# Look-ups by the places of active rows. Both directions are look-ups, so gradients add up in a fixed order.


def stretched(mask, like):
    return mask.view(mask.shape + (1,) * (like.dim() - mask.dim()))


class GatherRows(torch.autograd.Function):
    """Rows of a tensor of N tokens. inverse: N + row for an active token."""

    @staticmethod
    def forward(ctx, x, token, inverse):
        ctx.save_for_backward(inverse)
        return x[token]

    @staticmethod
    def backward(ctx, g):
        row = ctx.saved_tensors[0].flatten()
        row = row - row.shape[0]
        return torch.where(stretched(row >= 0, g), g[row.clamp(min=0)], 0), None, None


class GroupRows(torch.autograd.Function):
    """Rows [R, ...] grouped by sequence [B, Q, ...]; slots without a row repeat row 0."""

    @staticmethod
    def forward(ctx, x, query, place):
        ctx.save_for_backward(query, place)
        return x[query]

    @staticmethod
    def backward(ctx, g):
        query, place = ctx.saved_tensors
        g = g.flatten(0, 1)
        slot = query.flatten()
        repeated = torch.where(stretched(place[slot] == torch.arange(slot.shape[0], device=g.device), g), 0, g).sum(0)
        row = torch.arange(place.shape[0], device=g.device)
        return g[place] + torch.where(stretched(row == 0, g), repeated, 0), None, None


class UngroupRows(torch.autograd.Function):
    """Rows [R, ...] of slots [B · Q, ...]."""

    @staticmethod
    def forward(ctx, x, query, place):
        ctx.save_for_backward(query, place)
        return x[place]

    @staticmethod
    def backward(ctx, g):
        query, place = ctx.saved_tensors
        row = query.flatten()
        held = place[row] == torch.arange(row.shape[0], device=row.device)
        return torch.where(stretched(held, g), g[row], 0), None, None


class PutRows(torch.autograd.Function):
    """Tokens [N, ...] with rows replaced."""

    @staticmethod
    def forward(ctx, base, rows, token, inverse):
        ctx.save_for_backward(token, inverse)
        row = inverse - inverse.numel()
        return torch.where(stretched(row >= 0, base), rows[row.clamp(min=0)], base)

    @staticmethod
    def backward(ctx, g):
        token, inverse = ctx.saved_tensors
        row = inverse - inverse.numel()
        held = row.flatten()[token] >= 0
        g_rows = g.flatten(0, 1)[token]
        return torch.where(stretched(row >= 0, g), 0, g), torch.where(stretched(held, g_rows), g_rows, 0), None, None


def rms_norm(x, gain, epsilon):
    wide = x.float()
    scale = torch.rsqrt((wide * wide).sum(-1, keepdim=True) * (1 / x.shape[-1]) + epsilon)
    return (wide * scale * gain).to(x.dtype)


def pick(x, index):
    if not x.requires_grad:
        return (x.index_select(-1, index) if index.dim() == 0 else x.gather(-1, index.unsqueeze(-1))).squeeze(-1)
    # A look-up's gradient adds to places; this one writes each place once.
    at = torch.arange(x.shape[-1], device=x.device) == (index if index.dim() == 0 else index.unsqueeze(-1))
    return torch.where(at, x, 0).sum(-1)


def put_rows(base, rows, token, inverse, query, place):
    return PutRows.apply(base, rows, token, inverse)


def attention(queries, keys, values, bias, causal):
    kind = queries.dtype
    if queries.device.type == "cpu" and kind == torch.bfloat16:
        queries, keys, values = queries.float(), keys.float(), values.float()
    mask = None if causal else bias.to(queries.dtype)
    return F.scaled_dot_product_attention(queries, keys, values, mask, is_causal=bool(causal)).to(kind)


# What the operations of a plan mean: operands, then constants.
OPERATIONS = {
    "full": lambda value: torch.full((), value, device=Plan.device),
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "minimum": torch.minimum,
    "maximum": torch.maximum,
    "negate": torch.neg,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "log_sigmoid": F.logsigmoid,
    "silu": F.silu,
    "greater_or_equal": torch.ge,
    "equal_to": torch.eq,
    "and": torch.logical_and,
    "or": torch.logical_or,
    "not": torch.logical_not,
    "where": torch.where,
    "detach": torch.detach,
    "sum": torch.sum,
    "matmul": torch.matmul,
    "linear": F.linear,
    "pick": pick,
    "put_rows": put_rows,
    "sum_along": torch.sum,
    "max_along": torch.amax,
    "argmax_along": torch.argmax,
    "cumulative_sum_along": torch.cumsum,
    "softmax_along": torch.softmax,
    "log_softmax_along": torch.log_softmax,
    "cast": lambda x, to: x.to(TYPES[to]),
    "reshape": lambda x, *sizes: x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(sizes)]),
    "transpose": lambda x, *order: x.permute(order),
    "slice": lambda x, axis, start, end: x.narrow(axis, start, end - start),
    "unsqueeze": torch.unsqueeze,
    "rms_norm": rms_norm,
    "attention": attention,
    "concat": lambda *given: torch.cat(given[:-1], given[-1]),
    "zeros": lambda x, to, *trailing: torch.zeros(x.shape + trailing, dtype=TYPES[to], device=x.device),
    "indices": lambda x, axis: torch.arange(x.shape[axis], device=x.device),
}

# Those whose result may lie in the memory of an operand.
VIEWS = {"reshape", "transpose", "slice", "unsqueeze", "detach", "cast"}


def lookup(x, index, rows):
    """Looks up in a table. rows: the four index tensors of the active rows, by the identity of each."""
    token, inverse, query, place = rows.get(id(index), (None,) * 4)
    if index is token and inverse is not None and x.shape[0] == inverse.numel():
        return GatherRows.apply(x, token, inverse)
    if index is query and token is not None and place is not None and x.shape[0] == token.numel():
        return GroupRows.apply(x, query, place)
    if index is place and query is not None and x.shape[0] == query.numel():
        return UngroupRows.apply(x, query, place)
    if x.requires_grad:
        raise Unsupported("a gradient through a look-up in the middle of a piece")
    return x[index]


class Piece:
    """Consecutive operations without the host in between."""

    def __init__(self):
        self.inputs, self.needed, self.nodes, self.outputs, self.passing, self.rows = [], [], [], [], [], []

    def parts(self):
        """Slices of one tensor along one axis: by the number of each, those of all in order, with their bounds."""
        groups = {}
        for number, name, constants, operands in self.nodes:
            if name == "slice":
                axis, start, end = constants
                groups.setdefault((operands[0], axis), []).append((start, end, number))
        return {number: sorted(group) for group in groups.values() for _, _, number in group}

    def function(self):
        """Returns it as a function of its inputs."""
        parts = self.parts()
        name_of = {number: name for number, name, *_ in self.nodes}

        def run(*given):
            made = dict(zip(self.inputs, given))
            rows = {}
            for group in self.rows:
                four = tuple(made.get(n) for n in group)
                rows.update({id(one): four for one in four if one is not None})
            for number, name, constants, operands in self.nodes:
                if number in made:
                    continue
                x = [made[n] for n in operands]
                if name == "slice":
                    starts, ends, numbers = zip(*parts[number])
                    if starts + (x[0].shape[constants[0]],) == (0,) + ends:
                        # One split has one gradient; each slice would have one of the whole.
                        sizes = [end - start for start, end in zip(starts, ends)]
                        made.update(zip(numbers, x[0].split(sizes, constants[0])))
                        continue
                made[number] = lookup(*x, rows) if name == "lookup" else OPERATIONS[name](*x, *constants)
            outputs = []
            for n in self.outputs:
                x = made[n] if n in self.passing else made[n].detach()
                # The host frees each output on its own, and reads it row-major.
                outputs.append(x.clone(memory_format=torch.contiguous_format) if name_of[n] in VIEWS else x)
            return tuple(outputs)

        return run

    def coarse(self, plan):
        """Whether something in it is computed in bfloat16."""
        return any("BFLOAT16" in constants for _, _, constants, _ in self.nodes) or any(
            plan.values[n].dtype == torch.bfloat16 for n in self.inputs)

    def text(self, shapes):
        """What two pieces have in common that one library serves."""
        number = {}
        for n in self.inputs + [node[0] for node in self.nodes]:
            number.setdefault(n, len(number))
        line = lambda ns: tuple(number[n] for n in ns)
        return repr((
            line(self.inputs), line(self.needed), line(self.outputs), line(self.passing),
            tuple(line(n for n in group if n in number) for group in self.rows),
            [(number[n], name, constants, line(x)) for n, name, constants, x in self.nodes],
            [shapes(n) for n in self.inputs]))


def constant(word):
    try:
        return int(word)
    except ValueError:
        try:
            return float(word)
        except ValueError:
            return word


class Plan:
    """A plan as read from its text, with an example of every value that a piece takes."""

    device = "cpu"

    def __init__(self, lines):
        self.lines = [line.split() for line in lines]
        self.sizes, self.values, self.pieces = {}, {}, []
        self.random = torch.Generator().manual_seed(1)
        self.at = 0
        self.stages()

    def example(self, kind, sizes):
        if kind == "BOOL":
            x = torch.rand(sizes, generator=self.random) < 0.6
        elif kind == "INT64":
            x = torch.randint(2, sizes, generator=self.random)
        else:
            x = torch.randn(sizes, generator=self.random).to(TYPES[kind])
        return x.to(self.device)

    def shape(self, number):
        """The shape of an example, with an ordinal for each varying size."""
        x = self.values[number]
        return str(x.dtype), tuple(("varies", n) if s < 0 else n for s, n in zip(self.sizes[number], x.shape))

    def stages(self):
        """Replays the stages up to the end of the text, or of a loop's body."""
        while self.at < len(self.lines):
            word, *rest = self.lines[self.at]
            self.at += 1
            if word == "end":
                return [int(n) for n in rest]
            getattr(self, "read_" + word)(rest)

    def read_value(self, rest):
        self.sizes[int(rest[0])] = [int(s) for s in rest[2:]]

    def read_input(self, rest):
        number, kind = int(rest[0]), rest[1]
        sizes = [int(s) for s in rest[2:]]
        self.sizes[number] = sizes
        varying = iter((SEQUENCES, TOKENS, 41, 43, 47))
        self.values[number] = self.example(kind, [next(varying) if s < 0 else s for s in sizes])

    def read_parameter(self, rest):
        number = int(rest[0])
        self.sizes[number] = [int(s) for s in rest[1:]]
        x = self.example("FLOAT32", self.sizes[number])
        self.values[number] = x / x.shape[-1] ** 0.5 if x.dim() > 1 else 1 + 0.1 * x

    def read_constant(self, rest):
        number, kind = int(rest[0]), rest[1]
        self.sizes[number] = [int(s) for s in rest[2:]]
        self.values[number] = self.example(kind, self.sizes[number])

    def read_whole(self, rest):
        self.sizes[int(rest[0])] = []
        self.values[int(rest[0])] = torch.tensor(int(rest[1]), device=self.device)

    def read_embed(self, rest):
        result, table, index = (int(n) for n in rest)
        self.values[result] = self.values[table][self.values[index].clamp(0, 1)]

    def read_rows(self, rest):
        token, inverse, query, place, mask = (int(n) for n in rest)
        # Any mask will do, if its sizes are unlike others.
        size = self.values[mask].shape
        active = torch.rand(size, generator=self.random) < 0.55
        numbers = {int(n) for x in self.values.values() for n in x.shape}
        while int(active.sum()) in numbers or int(active.sum(1).max()) in numbers:
            active = torch.rand(size, generator=self.random) < 0.55
        n = active.numel()
        flat = active.flatten()
        found = flat.nonzero().squeeze(-1)
        rank = flat.long().cumsum(0) - 1
        counts = active.sum(1)
        first = counts.cumsum(0) - counts
        most = int(counts.max())
        slot = torch.arange(most)[None]
        sequence = found // size[1]
        for number, x in (
            (token, found),
            (inverse, torch.where(flat, n + rank, torch.arange(n)).view(size)),
            (query, torch.where(slot < counts[:, None], first[:, None] + slot, 0)),
            (place, sequence * most + torch.arange(found.numel()) - first[sequence]),
        ):
            self.values[number] = x.to(self.device)

    def read_loop(self, rest):
        carry = rest.index("carry")
        results = rest.index("results")
        operands = [int(n) for n in rest[:carry]]
        inside = [int(n) for n in rest[carry + 1 : results]]
        after = [int(n) for n in rest[results + 1 :]]
        self.sizes[inside[0]] = []
        self.values[inside[0]] = torch.tensor(2, device=self.device)
        for number, operand in zip(inside[1:], operands):
            self.values[number] = self.values[operand]
        outputs = self.stages()
        for number, output in zip(after, outputs):
            self.values[number] = self.values[output]

    def read_piece(self, rest):
        piece = Piece()
        while True:
            word, *rest = self.lines[self.at]
            self.at += 1
            if word == "done":
                break
            if word == "node":
                colon = rest.index(":")
                constants = [constant(c) for c in rest[2:colon]]
                piece.nodes.append((int(rest[0]), rest[1], constants, [int(n) for n in rest[colon + 1 :]]))
            elif word == "places":
                piece.rows.append([int(n) for n in rest])
            else:
                getattr(piece, word).extend(int(n) for n in rest)
        with torch.no_grad():
            outputs = piece.function()(*(self.values[n] for n in piece.inputs))
        self.values.update(zip(piece.outputs, outputs))
        self.pieces.append(piece)


# Compilation.


def captured(function, inputs, needed, varying):
    """Returns the graphs of the forward and of the backward pass."""
    graphs = {}

    def keep(name):
        def compiler(graph, _):
            graphs[name] = graph
            return graph

        return compiler

    given = [x.detach().clone().requires_grad_(i in needed) for i, x in enumerate(inputs)]
    for i, axes in varying.items():
        for axis in axes:
            torch._dynamo.mark_dynamic(given[i], axis)
    traced = aot_function(
        function,
        keep("forward"),
        keep("backward"),
        partition_fn=min_cut_rematerialization_partition,
        decompositions=select_decomp_table(),
        dynamic=True,
    )
    outputs = [x for x in traced(*given) if x.requires_grad]
    if outputs:
        torch.autograd.grad(outputs, [given[i] for i in needed], [torch.ones_like(x) for x in outputs], allow_unused=True)
    return graphs


def placeholders(graph):
    return [n for n in graph.graph.nodes if n.op == "placeholder"]


def results(graph):
    return next(n for n in graph.graph.nodes if n.op == "output")


def without_sizes(graph, lender=None):
    """Sizes that are inputs become sizes of tensors that are inputs, if need be of one that the lender has."""
    inputs = placeholders(graph)
    tensors = [n for n in inputs if isinstance(n.meta["val"], torch.Tensor)]
    spare = placeholders(lender) if lender else []

    def call(function, *operands):
        value = function(*(n.meta["val"] if isinstance(n, torch.fx.Node) else n for n in operands))
        node = graph.graph.call_function(function, operands)
        node.meta["val"] = value
        return node

    def size(expression):
        for tensor in tensors:
            for axis, n in enumerate(tensor.meta["val"].shape):
                if str(n) == str(expression):
                    return call(aten.sym_size.int, tensor, axis)
        if expression.is_Integer:
            return int(expression)
        if expression.is_Mul or expression.is_Add:
            first, *rest = (size(e) for e in expression.args)
            for n in rest:
                first = call(operator.mul if expression.is_Mul else operator.add, first, n)
            return first
        for other in spare:
            if any(str(n) == str(expression) for n in other.meta["val"].shape):
                with graph.graph.inserting_after(tensors[-1]):
                    lent = graph.graph.placeholder(other.name)
                lent.meta["val"] = other.meta["val"]
                tensors.append(lent)
                return size(expression)
        raise Unsupported("a size %s that is of no input" % expression)

    first = next(n for n in graph.graph.nodes if n.op != "placeholder")
    for node in inputs:
        if node in tensors:
            continue
        if node.users:
            with graph.graph.inserting_before(first):
                node.replace_all_uses_with(size(node.meta["val"].node.expr))
        graph.graph.erase_node(node)
    graph.recompile()


def library(graph, path):
    """Compiles a graph, whose outputs are tensors, to a library."""
    made = torch._inductor.aot_compile(
        graph,
        tuple(n.meta["val"] for n in placeholders(graph)),
        options={"aot_inductor.output_path": path, "aot_inductor.use_consts_asm_build": False},
    )
    settle(made)
    return made


def settle(path):
    """Clears the flag of an executable stack of an ELF library, and drops its need of libtorch.so, which only
    loads what else it may need, code for all devices among it."""
    with open(path, "r+b") as f:
        data = bytearray(f.read())
        (table,) = struct.unpack_from("<Q", data, 32)
        size, count = struct.unpack_from("<HH", data, 54)
        headers = [(table + i * size, struct.unpack_from("<IIQQQQ", data, table + i * size)) for i in range(count)]
        for place, (kind, flags, *_) in headers:
            if kind == 0x6474E551:  # PT_GNU_STACK
                struct.pack_into("<I", data, place + 4, flags & ~1)
        for _, (kind, _, offset, _, _, length) in headers:
            if kind == 2:  # PT_DYNAMIC
                entries = [struct.unpack_from("<QQ", data, offset + i) for i in range(0, length, 16)]
                address = next(value for tag, value in entries if tag == 5)  # DT_STRTAB
                names = next(o + address - a for _, (k, _, o, a, _, n) in headers if k == 1 and a <= address < a + n)
                word = lambda at: bytes(data[names + at : data.index(0, names + at)])
                kept = [e for e in entries if not (e[0] == 1 and word(e[1]) == b"libtorch.so")]  # DT_NEEDED
                for i, entry in enumerate(kept + [(0, 0)] * (len(entries) - len(kept))):
                    struct.pack_into("<QQ", data, offset + 16 * i, *entry)
        f.seek(0)
        f.write(data)


def compiled(piece, plan, name, folder, say):
    """Compiles a piece and checks it. Returns its line."""
    function = piece.function()
    inputs = [plan.values[n] for n in piece.inputs]
    needed = [piece.inputs.index(n) for n in piece.needed]
    varying = {i: [a for a, s in enumerate(plan.sizes[n]) if s < 0] for i, n in enumerate(piece.inputs)}
    say()
    learning = function(*(x.detach().clone().requires_grad_(i in needed) for i, x in enumerate(inputs)))
    passing = [i for i, x in enumerate(learning) if x.requires_grad]
    graphs = captured(function, inputs, set(needed), varying)
    forward, backward = graphs["forward"], graphs.get("backward")
    without_sizes(forward)
    if backward is not None:
        without_sizes(backward, forward)

    # The forward pass gives its outputs, then what the backward pass needs besides inputs and outputs.
    names = [n.name for n in placeholders(forward)]
    listed = list(results(forward).args[0])
    outputs = listed[: len(piece.outputs)]
    given = {n.name for n in outputs} | set(names)
    saved = [n for n in listed[len(outputs) :] if isinstance(n.meta["val"], torch.Tensor) and n.name not in given]
    results(forward).args = (tuple(outputs + saved),)
    forward.recompile()
    sources = names + [n.name for n in outputs + saved]
    line = [name, str(len(outputs)), str(len(saved))]
    os.makedirs(os.path.join(folder, name), exist_ok=True)
    library(forward, os.path.join(folder, name, "forward.so"))

    if backward is not None:
        say()
        takes = []
        for n in placeholders(backward):
            if n.name.startswith("tangents_"):
                takes.append("t%d" % passing[int(n.name.split("_")[1]) - 1])
            else:
                at = sources.index(n.name)
                takes.append("i%d" % at if at < len(names) else "o%d" % (at - len(names)))
        gives = [(i, n) for i, n in enumerate(results(backward).args[0]) if n is not None]
        results(backward).args = (tuple(n for _, n in gives),)
        backward.recompile()
        library(backward, os.path.join(folder, name, "backward.so"))
        line += [",".join(takes), ",".join(str(i) for i, _ in gives)]
    check(piece, plan, function, inputs, needed, passing, os.path.join(folder, name), line)
    return " ".join(line)


def runner(path, device):
    if device == "cpu":
        return torch._C._aoti.AOTIModelContainerRunnerCpu(path, 1)
    return torch._C._aoti.AOTIModelContainerRunnerCuda(path, 1, device, os.path.dirname(path))


def check(piece, plan, function, inputs, needed, passing, folder, line):
    """Compares libraries with eager execution, and what is computed in bfloat16 with the errors that it has there."""
    found = runner(os.path.join(folder, "forward.so"), plan.device).run([x.detach() for x in inputs])
    # A single number may be exact by chance, so errors are taken over several gradients.
    draws = [
        [torch.randn(found[i].shape, generator=plan.random).to(found[i]) for i in passing]
        for _ in range(8 if piece.coarse(plan) else 1)]

    def eagerly(given):
        """Returns the outputs, and of each needed input that has one the gradients of all draws."""
        given = [x.detach().clone().requires_grad_(i in needed) for i, x in enumerate(given)]
        outputs = function(*given)
        gradients = {}
        for tangents in draws if passing else ():
            each = torch.autograd.grad(
                [outputs[i] for i in passing], [given[i] for i in needed],
                [t.to(outputs[i]) for t, i in zip(tangents, passing)], retain_graph=True, allow_unused=True)
            for i, x in zip(needed, each):
                if x is not None:
                    gradients.setdefault(i, []).append(x)
        return [x.detach() for x in outputs], {i: torch.stack(each) for i, each in gradients.items()}

    expected, wanted = eagerly(inputs)
    exact, wanted_exactly, tolerance = expected, wanted, TOLERANCE
    if piece.coarse(plan):
        tolerance = COARSE_TOLERANCE
        TYPES["BFLOAT16"] = torch.float32
        exact, wanted_exactly = eagerly([x.float() if x.dtype == torch.bfloat16 else x for x in inputs])
        TYPES["BFLOAT16"] = torch.bfloat16
    for i, (x, y, z) in enumerate(zip(expected, found, exact)):
        same("output %d of %s" % (i, line[0]), x, y, z, tolerance)
        if not y.is_contiguous():
            raise Unsupported("an output of %s does not lie row-major" % line[0])
    if len(line) == 3:
        return
    backward = runner(os.path.join(folder, "backward.so"), plan.device)
    gradients = []
    for tangents in draws:
        of = {"t": dict(zip(passing, tangents)), "i": inputs, "o": found}
        gradients.append(backward.run([of[t[0]][int(t[1:])].detach() for t in line[3].split(",")]))
    for i, each in zip((int(i) for i in line[4].split(",")), zip(*gradients)):
        if i in wanted:
            same("the gradient of input %d of %s" % (i, line[0]), wanted[i], torch.stack(each), wanted_exactly[i], tolerance)
        if not each[0].is_contiguous():
            raise Unsupported("a gradient of %s does not lie row-major" % line[0])


def same(what, x, y, exact, tolerance):
    """Refuses y in place of x. exact: what both are to within rounding."""
    if x.shape != y.shape or x.dtype != y.dtype:
        raise Unsupported("%s is %s %s in place of %s %s" % (what, y.dtype, list(y.shape), x.dtype, list(x.shape)))
    if x.is_floating_point():
        error = lambda z: (z.double() - exact.double()).square().mean().sqrt().item()
        allowed = 5 * error(x) + tolerance * max(exact.double().square().mean().sqrt().item(), 1e-3)
        if not error(y) <= allowed:
            raise Unsupported("%s is wrong by %.1e, where %.1e is allowed" % (what, error(y), allowed))
    elif (x != y).float().mean().item() > 0.01:
        raise Unsupported("%s differs" % what)


def end_with(parent):
    """Ends this process and those that it started when the host does, which holds the other end of the pipe."""

    def wait():
        while os.read(parent, 4096):
            pass
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


def tell(e):
    traceback.print_exc()
    print("failed %s" % " ".join(("%s: %s" % (type(e).__name__, e)).split())[:300], flush=True)


class Work:
    """What a process that compiles has: the plan, and its distinct pieces by name."""

    def __init__(self, head, lines, folder, begun):
        device, threads, workers = head.split()
        torch.set_num_threads(1)
        static_by_default()
        torch._inductor.config.cpp.threads = int(threads)
        torch._inductor.config.compile_threads = max(1, os.cpu_count() // int(workers))
        Plan.device = device
        self.plan, self.folder, self.begun = Plan(lines), folder, begun
        names = {}
        self.order = [
            names.setdefault(piece.text(self.plan.shape), "piece%d" % len(names)) for piece in self.plan.pieces]
        self.pieces = dict(reversed([*zip(self.order, self.plan.pieces)]))
        self.libraries = sum(2 if piece.passing else 1 for piece in self.pieces.values())

    def compile(self, name):
        def say():
            with self.begun.get_lock():
                self.begun.value += 1
                print("compiling %d of %d" % (self.begun.value, self.libraries), flush=True)

        line = compiled(self.pieces[name], self.plan, name, self.folder, say)
        for entry in os.scandir(os.path.join(self.folder, name)):
            if entry.is_dir():
                shutil.rmtree(entry)
            elif not entry.name.endswith((".so", ".cubin")):
                os.remove(entry)
        return line


work = None


def start(*given):
    """Makes this process one that compiles. It ends with the one that started it."""
    global work
    parent = multiprocessing.parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
    try:
        work = Work(*given)
    except Exception as e:
        tell(e)
        raise


def order():
    return work.order


def compile(name):
    return work.compile(name)


def main(text, folder):
    with open(text, encoding="utf-8") as f:
        loaded, head, *lines = f.read().splitlines()
    own = os.path.join(os.path.dirname(torch.__file__), "lib")
    if os.path.realpath(own) != os.path.realpath(loaded):
        raise Unsupported("this Python has the PyTorch in %s, the host has loaded that in %s" % (own, loaded))
    # Processes of their own, not forks of this one: neither threads nor CUDA survive a fork.
    spawn = multiprocessing.get_context("spawn")
    given = (head, lines, folder, spawn.Value("i", 0))
    with concurrent.futures.ProcessPoolExecutor(int(head.split()[2]), spawn, start, given) as workers:
        pieces = workers.submit(order).result()
        lines = {name: workers.submit(compile, name) for name in dict.fromkeys(pieces)}
        concurrent.futures.wait(lines.values(), return_when=concurrent.futures.FIRST_EXCEPTION)
        failed = next((f for f in lines.values() if f.done() and f.exception()), None)
        if failed:
            workers.shutdown(wait=False, cancel_futures=True)
            raise failed.exception()
    with open(os.path.join(folder, "pieces"), "w", encoding="utf-8") as f:
        f.writelines(lines[name].result() + "\n" for name in pieces)


if __name__ == "__main__":
    os.setsid()
    end_with(0)
    try:
        main(sys.argv[1], sys.argv[2])
    except Exception as e:
        tell(e)
        os.killpg(0, signal.SIGKILL)
