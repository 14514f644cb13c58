class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def silu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.silu(x)
  def log_sigmoid(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.log_sigmoid(x)
  def attention(self: __torch__.Kernels, queries: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> Tensor:
    return torch.scaled_dot_product_attention(queries, keys, values, bias)
  def causal_attention(self: __torch__.Kernels, queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    return torch.scaled_dot_product_attention(queries, keys, values, None, 0., True)
  def put_rows(self: __torch__.Kernels, base: Tensor, token: Tensor, rows: Tensor) -> Tensor:
    flat = torch.flatten(base, 0, 1)
    return torch.reshape(torch.index_copy(flat, 0, token, rows), torch.size(base))
  def overwrite(self: __torch__.Kernels, base: Tensor, index: Tensor, rows: Tensor) -> Tensor:
    return torch.index_copy_(base, 0, index, rows)
  def norm(self: __torch__.Kernels, tensors: List[Tensor]) -> Tensor:
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(tensors)))
  def adamw(self: __torch__.Kernels,
    values: List[Tensor],
    gradients: List[Tensor],
    first: List[Tensor],
    second: List[Tensor],
    norm: Tensor,
    step: float,
    rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    clip: float,
    decay: float) -> Tensor:
    scale = torch.clamp_min(torch.div(torch.add(norm, 1e-06), clip), 1.)
    steps = [torch.full_like(norm, step)] * torch.len(values)
    unused = annotate(List[Tensor], [])
    torch._fused_adamw_(values, gradients, first, second, unused, steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False, grad_scale=scale, found_inf=None)
    return scale
  def copy(self: __torch__.Kernels, target: Tensor, source: Tensor) -> Tensor:
    return torch.copy_(target, source)
