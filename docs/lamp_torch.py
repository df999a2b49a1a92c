# SPDX-License-Identifier: Apache-2.0
"""LAMP's video UNet in PyTorch: checked against reference tensors, and measured on a GPU.

    python3 lamp_torch.py check FIXTURE_DIR
    python3 lamp_torch.py bench [--json FILE] [--rounds 10]

LAMP (Wu et al., "LAMP: Learn A Motion Pattern for Few-Shot-Based Video Generation", arXiv 2310.10769) inflates the UNet
of Stable Diffusion. Modules have the names that its checkpoints have. Needs torch, numpy and safetensors.
"""

import argparse
import gc
import json
import math
import statistics
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.checkpoint import checkpoint

TRAINED_MODULES = ("conv1d", "conv_gate", "attn_temp", "attn1.to_q")

STABLE_DIFFUSION_1_4 = {
    "in_channels": 4,
    "out_channels": 4,
    "block_out_channels": [320, 640, 1280, 1280],
    "down_block_types": ["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
    "up_block_types": ["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3,
    "layers_per_block": 2,
    "attention_head_dim": 8,
    "cross_attention_dim": 768,
    "norm_num_groups": 32,
    "norm_eps": 1e-5,
}


# ---------------------------------------------------------------------------------------------------------------- model
#
# Between modules a batch of clips is [B*F, C, h, w] in channels_last order, so that its memory is [B, F, h, w, C]:
# tokens of a transformer and rows of the convolution over time are views of it.
#
# Weights are cast to the type of the activations where they are used, which does nothing unless they are float32
# masters in a float16 network.


class Linear(nn.Linear):
    def forward(self, x):
        bias = None if self.bias is None else self.bias.to(x.dtype)
        return F.linear(x, self.weight.to(x.dtype), bias)


class Conv2d(nn.Conv2d):
    def forward(self, x):
        x = x.contiguous(memory_format=torch.channels_last)
        return F.conv2d(x, self.weight.to(x.dtype), self.bias.to(x.dtype), self.stride, self.padding)


class CausalConv1d(nn.Conv1d):
    """A convolution over the frames before and at each frame."""

    def forward(self, rows):
        """[B, F, N, C] to [B, F, N, C]: one convolution for the N pixels of all frames."""
        frames, taps = rows.shape[1], self.kernel_size[0]
        x = rows.permute(0, 3, 1, 2)
        x = F.conv2d(x, self.weight.to(x.dtype).unsqueeze(-1), self.bias.to(x.dtype), padding=(taps - 1, 0))
        return x[:, :, :frames].permute(0, 2, 3, 1)


class MotionConv(nn.Module):
    """The pre-trained convolution y of each frame, and, gated, a causal convolution of y over time."""

    def __init__(self, inputs, outputs, kernel_size, stride=1):
        super().__init__()
        self.conv2d = Conv2d(inputs, outputs, kernel_size, stride, kernel_size // 2)
        self.conv_gate = Conv2d(outputs, 1, 3, padding=1)
        self.conv1d = CausalConv1d(outputs, outputs, 3)

    def forward(self, x, frames):
        y = self.conv2d(x)
        gate = torch.sigmoid(self.conv_gate(y))
        images, channels, height, width = y.shape
        rows = y.permute(0, 2, 3, 1).reshape(images // frames, frames, height * width, channels)
        gate = gate.reshape(images // frames, frames, height * width, 1)
        rows = torch.addcmul(rows, gate, self.conv1d(rows))
        return rows.reshape(images, height, width, channels).permute(0, 3, 1, 2)


class ClipGroupNorm(nn.GroupNorm):
    """Takes its statistics over all frames of a clip together."""

    def forward(self, x, frames):
        images, channels, height, width = x.shape
        clips = x.unflatten(0, (images // frames, frames)).transpose(1, 2)  # [B, C, F, h, w]
        clips = F.group_norm(clips, self.num_groups, self.weight, self.bias, self.eps)
        clips = clips.permute(0, 2, 3, 4, 1).reshape(images, height, width, channels)
        return clips.permute(0, 3, 1, 2)


class ResnetBlock(nn.Module):
    def __init__(self, inputs, outputs, time_width, groups, epsilon):
        super().__init__()
        self.norm1 = ClipGroupNorm(groups, inputs, epsilon)
        self.conv1 = MotionConv(inputs, outputs, 3)
        self.time_emb_proj = Linear(time_width, outputs)
        self.norm2 = ClipGroupNorm(groups, outputs, epsilon)
        self.conv2 = MotionConv(outputs, outputs, 3)
        if inputs != outputs:
            self.conv_shortcut = MotionConv(inputs, outputs, 1)

    def forward(self, x, time_embedding, frames):
        h = self.conv1(F.silu(self.norm1(x, frames)), frames)
        shift = self.time_emb_proj(F.silu(time_embedding)).repeat_interleave(frames, 0)
        h = h + shift[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h, frames)), frames)
        return (self.conv_shortcut(x, frames) if hasattr(self, "conv_shortcut") else x) + h


class Attention(nn.Module):
    def __init__(self, channels, source_channels, heads):
        super().__init__()
        self.heads = heads
        self.to_q = Linear(channels, channels, bias=False)
        self.to_k = Linear(source_channels, channels, bias=False)
        self.to_v = Linear(source_channels, channels, bias=False)
        self.to_out = nn.ModuleList([Linear(channels, channels)])

    def forward(self, x, source):
        q, k, v = (
            projected.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for projected in (self.to_q(x), self.to_k(source), self.to_v(source))
        )
        return self.to_out[0](F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


class GatedProjection(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.proj = Linear(inputs, 2 * outputs)

    def forward(self, x):
        value, gate = self.proj(x).chunk(2, dim=-1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    def __init__(self, channels):
        super().__init__()
        # the Identity is where checkpoints count a dropout layer
        self.net = nn.Sequential(
            GatedProjection(channels, 4 * channels), nn.Identity(), Linear(4 * channels, channels)
        )

    def forward(self, x):
        return self.net(x)


class TransformerBlock(nn.Module):
    def __init__(self, channels, context_width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(channels)
        self.attn1 = Attention(channels, channels, heads)
        self.norm2 = nn.LayerNorm(channels)
        self.attn2 = Attention(channels, context_width, heads)
        self.norm3 = nn.LayerNorm(channels)
        self.ff = FeedForward(channels)
        self.norm_temp = nn.LayerNorm(channels)
        self.attn_temp = Attention(channels, channels, heads)

    def forward(self, x, context, frames):
        """[B, F*N, C] to [B, F*N, C]. The tokens of a clip stay together: all attend to the same keys and values."""
        clips, tokens, channels = x.shape
        pixels = tokens // frames
        normed = self.norm1(x)
        x = x + self.attn1(normed, normed[:, :pixels])  # keys and values of frame 0
        x = x + self.attn2(self.norm2(x), context)
        x = x + self.ff(self.norm3(x))
        by_pixel = x.reshape(clips, frames, pixels, channels).transpose(1, 2).reshape(-1, frames, channels)
        normed = self.norm_temp(by_pixel)
        by_pixel = by_pixel + self.attn_temp(normed, normed)
        return by_pixel.reshape(clips, pixels, frames, channels).transpose(1, 2).reshape(clips, tokens, channels)


class Transformer(nn.Module):
    def __init__(self, channels, context_width, heads, groups, linear_projection):
        super().__init__()
        self.norm = nn.GroupNorm(groups, channels, eps=1e-6)
        self.proj_in = Linear(channels, channels) if linear_projection else nn.Conv2d(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(channels, context_width, heads)])
        self.proj_out = Linear(channels, channels) if linear_projection else nn.Conv2d(channels, channels, 1)

    @staticmethod
    def project(projection, tokens):
        """A 1x1 convolution is a linear map of the tokens."""
        return F.linear(tokens, projection.weight.flatten(1), projection.bias)

    def forward(self, x, context, frames):
        images, channels, height, width = x.shape
        tokens = self.norm(x).permute(0, 2, 3, 1).reshape(images // frames, -1, channels)
        tokens = self.project(self.proj_in, tokens)
        tokens = self.transformer_blocks[0](tokens, context, frames)
        tokens = self.project(self.proj_out, tokens)
        return tokens.reshape(images, height, width, channels).permute(0, 3, 1, 2) + x


class Resampler(nn.Module):
    def __init__(self, channels, stride):
        super().__init__()
        self.conv = MotionConv(channels, channels, 3, stride)

    def forward(self, x, frames):
        return self.conv(x, frames)


class Block(nn.Module):
    """Layers of one spatial level; some have no attentions, and the last one on the way down and up no resampler."""

    def __init__(self):
        super().__init__()
        self.resnets = nn.ModuleList()
        self.attentions = nn.ModuleList()
        self.downsamplers = nn.ModuleList()
        self.upsamplers = nn.ModuleList()


class TimeEmbedding(nn.Module):
    def __init__(self, width, cosine_first=True, frequency_shift=0):
        super().__init__()
        self.half = width // 2
        self.cosine_first = cosine_first
        self.frequency_shift = frequency_shift
        self.linear_1 = Linear(width, 4 * width)
        self.linear_2 = Linear(4 * width, 4 * width)

    def forward(self, timesteps, dtype):
        exponents = -math.log(10_000) * torch.arange(self.half, dtype=torch.float32, device=timesteps.device)
        angles = timesteps[:, None].float() * torch.exp(exponents / (self.half - self.frequency_shift))
        waves = (angles.cos(), angles.sin()) if self.cosine_first else (angles.sin(), angles.cos())
        return self.linear_2(F.silu(self.linear_1(torch.cat(waves, 1).to(dtype))))


class VideoUNet(nn.Module):
    def __init__(self, config):
        super().__init__()
        channels = config["block_out_channels"]
        levels = len(channels)
        layers = config["layers_per_block"]
        heads = config["attention_head_dim"]  # the number of heads, in configurations of this age
        heads = [heads] * levels if isinstance(heads, int) else heads
        groups, epsilon = config["norm_num_groups"], config["norm_eps"]
        linear_projection = config.get("use_linear_projection", False)

        def resnet(inputs, outputs):
            return ResnetBlock(inputs, outputs, 4 * channels[0], groups, epsilon)

        def transformer(level):
            width = config["cross_attention_dim"]
            return Transformer(channels[level], width, heads[level], groups, linear_projection)

        self.checkpointing = False
        self.time_embedding = TimeEmbedding(
            channels[0], config.get("flip_sin_to_cos", True), config.get("freq_shift", 0)
        )
        self.conv_in = MotionConv(config["in_channels"], channels[0], 3)
        self.down_blocks = nn.ModuleList()
        width = channels[0]
        skips = [width]
        for level in range(levels):
            block = Block()
            for _ in range(layers):
                block.resnets.append(resnet(width, channels[level]))
                width = channels[level]
                if config["down_block_types"][level].startswith("CrossAttn"):
                    block.attentions.append(transformer(level))
                skips.append(width)
            if level < levels - 1:
                block.downsamplers.append(Resampler(width, 2))
                skips.append(width)
            self.down_blocks.append(block)
        self.mid_block = Block()
        self.mid_block.resnets.extend([resnet(width, width), resnet(width, width)])
        self.mid_block.attentions.append(transformer(levels - 1))
        self.up_blocks = nn.ModuleList()
        for index, level in enumerate(reversed(range(levels))):
            block = Block()
            for _ in range(layers + 1):
                block.resnets.append(resnet(width + skips.pop(), channels[level]))
                width = channels[level]
                if config["up_block_types"][index].startswith("CrossAttn"):
                    block.attentions.append(transformer(level))
            if level > 0:
                block.upsamplers.append(Resampler(width, 1))
            self.up_blocks.append(block)
        self.conv_norm_out = ClipGroupNorm(groups, width, epsilon)
        self.conv_out = MotionConv(width, config["out_channels"], 3)

    def run(self, module, *inputs):
        if self.checkpointing and torch.is_grad_enabled():
            return checkpoint(module, *inputs, use_reentrant=False, preserve_rng_state=False)
        return module(*inputs)

    def layer(self, block, index, x, time_embedding, context, frames):
        x = self.run(block.resnets[index], x, time_embedding, frames)
        if index < len(block.attentions):
            x = self.run(block.attentions[index], x, context, frames)
        return x

    def forward(self, latents, timesteps, context):
        """Latents [B, C, F, h, w], timesteps [B], context [B, N, D] to [B, C, F, h, w]."""
        clips, _, frames, _, _ = latents.shape
        time_embedding = self.time_embedding(timesteps, latents.dtype)
        inputs = (time_embedding, context, frames)
        x = self.conv_in(latents.transpose(1, 2).flatten(0, 1), frames)
        skips = [x]
        for block in self.down_blocks:
            for index in range(len(block.resnets)):
                x = self.layer(block, index, x, *inputs)
                skips.append(x)
            for downsampler in block.downsamplers:
                x = self.run(downsampler, x, frames)
                skips.append(x)
        x = self.layer(self.mid_block, 0, x, *inputs)
        x = self.layer(self.mid_block, 1, x, *inputs)
        for block in self.up_blocks:
            for index in range(len(block.resnets)):
                x = self.layer(block, index, torch.cat([x, skips.pop()], 1), *inputs)
            for upsampler in block.upsamplers:
                x = F.interpolate(x, size=skips[-1].shape[-2:], mode="nearest")
                x = self.run(upsampler, x, frames)
        x = self.conv_out(F.silu(self.conv_norm_out(x, frames)), frames)
        return x.unflatten(0, (clips, frames)).transpose(1, 2)


def train_only_motion(unet):
    """Freezes all but what LAMP trains, which becomes float32. Returns the trained parameters by name."""
    unet.requires_grad_(False)
    for name, module in unet.named_modules():
        if name.endswith(TRAINED_MODULES):
            module.float().requires_grad_(True)
    return {name: parameter for name, parameter in unet.named_parameters() if parameter.requires_grad}


# ---------------------------------------------------------------------------------------------------------------- check

TOLERANCE = 1e-3
PARAMETER_TOLERANCE = 2e-2  # of their way from where training starts: Adam's first steps amplify rounding


class Comparison:
    def __init__(self):
        self.failed = False

    def row(self, name, error, tolerance=TOLERANCE, remark=""):
        good = tolerance is None or error <= tolerance  # false for NaN
        self.failed |= not good
        verdict = "reported" if tolerance is None else "ok" if good else "FAIL"
        print(f"{name:<28} relative error {error:.3e}  {verdict}  {remark}", flush=True)

    def tensor(self, name, actual, expected, tolerance=TOLERANCE):
        if actual.shape != expected.shape:
            raise ValueError(f"expected {name} of shape {tuple(expected.shape)}, but was {tuple(actual.shape)}")
        largest = (actual.double() - expected.double()).abs().max().item()
        self.row(name, norm_of_difference([actual], [expected]) / norm([expected]), tolerance, f"max abs {largest:.3e}")

    def number(self, name, actual, expected):
        self.row(name, abs(actual - expected) / abs(expected), remark=f"{actual:.6f} for {expected:.6f}")


def norm(tensors):
    return math.sqrt(sum(tensor.detach().double().square().sum().item() for tensor in tensors))


def norm_of_difference(left, right):
    return norm([a.detach().double() - b.double() for a, b in zip(left, right)])


def load_weights(folder):
    for file in sorted(folder.glob("diffusion_pytorch_model*")):
        if file.suffix == ".safetensors":
            return load_file(file)
        if file.suffix == ".bin":
            return torch.load(file, map_location="cpu", weights_only=True)
    raise FileNotFoundError(f"expected weights in {folder}")


def load_fixture_unet(fixture, device):
    config = json.loads((fixture / "model/unet/config.json").read_text())
    unet = VideoUNet(config)
    image, motion = load_weights(fixture / "model/unet"), load_weights(fixture / "motion/unet")
    state = {}
    for name in unet.state_dict():
        image_name = name.replace(".conv2d.", ".")
        if image_name in image:
            state[name] = image[image_name]
    state.update(motion)
    unet.load_state_dict(state, strict=True)
    return unet.to(device)


def check(folder):
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    fixture = Path(folder)
    case = json.loads((fixture / "case.json").read_text())
    tensors = {name: tensor.to(device) for name, tensor in load_file(fixture / "tensors.safetensors").items()}
    unet = load_fixture_unet(fixture, device)
    comparison = Comparison()
    print(f"{fixture.name} on {device}, torch {torch.__version__}, {count(unet.parameters()):,} parameters")
    with sdpa_kernel(SDPBackend.MATH):
        check_forward(unet, tensors, comparison)
        check_training(unet, case, tensors, comparison)
    if device.type == "cuda":
        check_bench_variant(load_fixture_unet(fixture, device), tensors, comparison)
    return 1 if comparison.failed else 0


def check_forward(unet, tensors, comparison):
    with torch.inference_mode():
        output = unet(tensors["unet.latents"], tensors["unet.timesteps"], tensors["unet.context"])
    comparison.tensor("unet.output", output, tensors["unet.output"])


def check_bench_variant(unet, tensors, comparison):
    """The network as it is measured: in float16, weights laid out for cuDNN, attention as PyTorch chooses it."""
    unet = use_channels_last(unet.half())
    with torch.inference_mode():
        latents, context = tensors["unet.latents"].half(), tensors["unet.context"].half()
        output = unet(latents, tensors["unet.timesteps"], context)
    comparison.tensor("unet.output in float16", output, tensors["unet.output"], tolerance=None)


def check_training(unet, case, tensors, comparison):
    trained = train_only_motion(unet)
    if set(trained) != set(case["trainable_parameters"]):
        raise ValueError("other parameters are trained than the reference trains")
    start = [parameter.detach().clone() for parameter in trained.values()]
    settings = case["train"]
    optimizer = torch.optim.AdamW(
        trained.values(),
        lr=settings["learning_rate"],
        betas=tuple(settings["betas"]),
        eps=settings["epsilon"],
        weight_decay=settings["weight_decay"],
    )
    for step, expected_loss in enumerate(case["train_losses"]):
        clean, noise, timesteps, context = (
            tensors[f"train.{step}.{what}"] for what in ("clean", "noise", "timesteps", "context")
        )
        signal = tensors["scheduler.alphas_cumprod"][timesteps].view(-1, 1, 1, 1, 1)
        noisy = signal.sqrt() * clean + (1 - signal).sqrt() * noise
        noisy[:, :, :1] = clean[:, :, :1]
        target = noise
        if case["prediction_type"] == "v_prediction":
            target = signal.sqrt() * noise - (1 - signal).sqrt() * clean
        unet.checkpointing = step == 1  # so that both ways are checked
        prediction = unet(noisy, timesteps, context)
        loss = F.mse_loss(prediction[:, :, 1:], target[:, :, 1:])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        comparison.tensor(f"train.{step}.prediction", prediction.detach(), tensors[f"train.{step}.prediction"])
        comparison.number(f"train.{step} loss", loss.item(), expected_loss)
        gradients = [parameter.grad for parameter in trained.values()]
        comparison.number(f"train.{step} gradient norm", norm(gradients), case["train_grad_norms"][step])
        if f"train.{step}.grad.{next(iter(trained))}" in tensors:
            expected = [tensors[f"train.{step}.grad.{name}"] for name in trained]
            comparison.row(f"train.{step} gradients", norm_of_difference(gradients, expected) / norm(expected))
        nn.utils.clip_grad_norm_(trained.values(), settings["max_grad_norm"])
        optimizer.step()
        if f"train.{step}.param.{next(iter(trained))}" in tensors:
            expected = [tensors[f"train.{step}.param.{name}"] for name in trained]
            error = norm_of_difference(trained.values(), expected) / norm_of_difference(expected, start)
            comparison.row(f"train.{step} parameters", error, PARAMETER_TOLERANCE)


# ---------------------------------------------------------------------------------------------------------------- bench

FRAMES, HEIGHT, WIDTH, TOKENS = 16, 40, 64, 77  # 16 frames of 512x320, in latents
WARM_UPS = 3
GUIDED_PASSES = 50
GUIDANCE_SCALE = 12.5
LOSS_SCALE = 2.0**15


def count(parameters):
    return sum(parameter.numel() for parameter in parameters)


def use_channels_last(unet):
    """Lays out weights of convolutions as cuDNN wants them for channels_last inputs. Values stay the same."""
    unet.to(memory_format=torch.channels_last)
    for module in unet.modules():
        if isinstance(module, CausalConv1d):
            module.weight.data = module.weight.data.transpose(1, 2).contiguous().transpose(1, 2)
    return unet


@torch.no_grad()
def random_unet():
    """A float16 UNet with small random weights, so that nothing overflows and no part of it is trivially zero."""
    torch.manual_seed(0)
    with torch.device("meta"):
        unet = VideoUNet(STABLE_DIFFUSION_1_4)
    unet = unet.half().to_empty(device="cuda")
    for name, parameter in unet.named_parameters():
        if name.endswith(".bias"):
            parameter.zero_()
        elif parameter.dim() == 1:  # the scale of a norm
            parameter.fill_(1)
        else:
            parameter.normal_(std=0.01)
    return unet


def random_inputs(clips):
    latents = torch.randn(clips, 4, FRAMES, HEIGHT, WIDTH, device="cuda", dtype=torch.float16)
    timesteps = torch.full((clips,), 500, device="cuda")
    context = torch.randn(clips, TOKENS, 768, device="cuda", dtype=torch.float16)
    return latents, timesteps, context


def timed(action):
    torch.cuda.synchronize()
    start = time.perf_counter()
    action()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def measure(action, rounds):
    """Peaks are those after warming up: trying out algorithms takes more memory than running the chosen ones."""
    warm_up = sum(timed(action) for _ in range(WARM_UPS))
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    action()  # takes its memory from the driver again
    seconds = [timed(action) for _ in range(rounds)]
    return {
        "seconds": statistics.median(seconds),
        "seconds_min": min(seconds),
        "seconds_max": max(seconds),
        "rounds": rounds,
        "warm_up_seconds": warm_up,
        **peaks(),
    }


def peaks():
    return {
        "peak_allocated_gib": torch.cuda.max_memory_allocated() / 2**30,
        "peak_reserved_gib": torch.cuda.max_memory_reserved() / 2**30,
    }


def bench_forward(clips, rounds):
    unet = use_channels_last(random_unet())
    inputs = random_inputs(clips)
    with torch.inference_mode():
        result = measure(lambda: unet(*inputs), rounds)
        return {**result, "finite": bool(unet(*inputs).isfinite().all())}


def bench_guided_passes():
    unet = use_channels_last(random_unet())
    inputs = random_inputs(2)

    def guided_pass():
        unconditional, conditional = unet(*inputs).chunk(2)
        return unconditional + GUIDANCE_SCALE * (conditional - unconditional)

    def sampling():
        for _ in range(GUIDED_PASSES):
            guided_pass()

    with torch.inference_mode():
        for _ in range(WARM_UPS):
            guided_pass()
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        return {"passes": GUIDED_PASSES, "seconds": timed(sampling), **peaks()}


def bench_training(checkpointing, rounds):
    unet = random_unet()
    for module in unet.modules():
        if isinstance(module, MotionConv):
            module.conv2d.to(memory_format=torch.channels_last)
    trained = list(train_only_motion(unet).values())
    unet.checkpointing = checkpointing
    optimizer = torch.optim.AdamW(trained, lr=3e-5, weight_decay=1e-2, fused=True)
    inputs = random_inputs(1)
    target = torch.randn_like(inputs[0], dtype=torch.float32)
    last = {}

    def step():
        prediction = unet(*inputs).float()
        loss = F.mse_loss(prediction[:, :, 1:], target[:, :, 1:])
        (LOSS_SCALE * loss).backward()
        for parameter in trained:
            if parameter.grad.stride() != parameter.stride():
                # they differ on axes of size 1, which the fused optimizer refuses (pytorch issue 106951)
                parameter.grad = parameter.grad.as_strided(parameter.shape, parameter.stride())
        torch._foreach_mul_([parameter.grad for parameter in trained], 1 / LOSS_SCALE)
        last["gradient_norm"] = nn.utils.clip_grad_norm_(trained, 1.0)
        last["loss"] = loss.detach()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    result = measure(step, rounds)
    return {
        **result,
        "trained_parameters": count(trained),
        **{name: value.item() for name, value in last.items()},
    }


def bench(json_file, rounds):
    torch.backends.cudnn.benchmark = True
    results = {
        "gpu": torch.cuda.get_device_name(),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),
    }
    print(", ".join(f"{name} {value}" for name, value in results.items()), flush=True)
    with torch.device("meta"):
        unet = VideoUNet(STABLE_DIFFUSION_1_4)
    results["parameters"] = count(unet.parameters())
    print(f"parameters {results['parameters']:,}", flush=True)
    benches = {
        "forward, 1 clip": lambda: bench_forward(1, rounds),
        "forward, 2 clips": lambda: bench_forward(2, rounds),
        f"{GUIDED_PASSES} guided passes": bench_guided_passes,
        "training step, checkpointing": lambda: bench_training(True, rounds),
        "training step, activations kept": lambda: bench_training(False, rounds),
    }
    for name, run in benches.items():
        try:
            results[name] = run()
        except Exception as error:  # out of memory, say: the others can still be measured
            results[name] = {"error": f"{type(error).__name__}: {error}"}
        gc.collect()
        torch.cuda.empty_cache()
        print(f"{name}: {describe(results[name])}", flush=True)
        if json_file:
            Path(json_file).write_text(json.dumps(results, indent=2) + "\n")
    return 1 if any("error" in value for value in results.values() if isinstance(value, dict)) else 0


def describe(result):
    texts = {name: f"{value:.4g}" if isinstance(value, float) else str(value) for name, value in result.items()}
    return ", ".join(f"{name} {text}" for name, text in texts.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="compare with reference tensors").add_argument("fixture")
    bench_parser = commands.add_parser("bench", help="measure on a GPU")
    bench_parser.add_argument("--json", help="file for the results")
    bench_parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    if arguments.command == "check":
        return check(arguments.fixture)
    if not torch.cuda.is_available():
        parser.error("bench needs a GPU")
    return bench(arguments.json, arguments.rounds)


if __name__ == "__main__":
    sys.exit(main())
