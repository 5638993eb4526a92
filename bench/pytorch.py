"""The peer: one training step or one prediction of the same U-Net in PyTorch, channels-last, on the CPU.

Speaks a line protocol, so that two implementations can be timed turn by turn: it prints "ready", then for each line
on standard input does the work once and prints its seconds and those of the processor; at the end of input it prints its peak memory in MB.

    python3 bench/pytorch.py train|predict ENCODER THREADS [SIZE]

ENCODER is resnet18, resnet34, mobilenet_v2 or efficientnet-b0: torchvision's, cut into levels as
segmentation_models.pytorch cuts them. SIZE is the side of the four images in pixels, 256 unless given.
"""
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision

work, encoder_name, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
size = int(sys.argv[4]) if len(sys.argv) > 4 else 256
torch.set_num_threads(threads)
torch.manual_seed(0)


class ConvBlock(nn.Sequential):
    def __init__(self, inputs, filters):
        super().__init__(
            nn.Conv2d(inputs, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters), nn.ReLU(inplace=True)
        )


def levels_of(name):
    """The encoder's levels, each half as large as the one before, and their channels."""
    if name in ("resnet18", "resnet34"):
        e = getattr(torchvision.models, name)()
        e.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)
        stem = nn.Sequential(e.conv1, e.bn1, e.relu)
        return [stem, nn.Sequential(e.maxpool, e.layer1), e.layer2, e.layer3, e.layer4], [64, 64, 128, 256, 512]
    if name == "mobilenet_v2":
        f = torchvision.models.mobilenet_v2().features
        f[0][0] = nn.Conv2d(1, 32, 3, 2, 1, bias=False)
        return [f[0:2], f[2:4], f[4:7], f[7:14], f[14:]], [16, 24, 32, 96, 1280]
    if name == "efficientnet-b0":
        f = torchvision.models.efficientnet_b0().features
        f[0][0] = nn.Conv2d(1, 32, 3, 2, 1, bias=False)
        return [f[0], f[1:3], f[3], f[4:6], f[6:8]], [32, 24, 40, 112, 320]
    raise SystemExit(f"There is no encoder named {name}.")


class UNet(nn.Module):
    """segmentation_models.pytorch's Unet: an encoder of torchvision, five decoder blocks."""

    def __init__(self, classes=2):
        super().__init__()
        levels, channels = levels_of(encoder_name)
        self.levels = nn.ModuleList(levels)
        skips, filters = channels[-2::-1] + [0], [256, 128, 64, 32, 16]
        inputs = channels[-1:] + filters[:-1]
        self.blocks = nn.ModuleList(
            nn.Sequential(ConvBlock(i + s, f), ConvBlock(f, f)) for i, s, f in zip(inputs, skips, filters)
        )
        self.head = nn.Conv2d(16, classes, 3, padding=1)

    def forward(self, x):
        features = []
        for level in self.levels:
            x = level(x)
            features.append(x)
        y = features.pop()
        for block in self.blocks:
            y = F.interpolate(y, scale_factor=2, mode="nearest")
            if features:
                y = torch.cat([y, features.pop()], 1)
            y = block(y)
        return self.head(y)


def loss_of(logits, labels):
    p = F.log_softmax(logits, 1)
    planes = F.one_hot(labels, 2).permute(0, 3, 1, 2).float()
    soft = p.exp()
    dice = 2 * (soft * planes).sum((0, 2, 3)) / (soft + planes).sum((0, 2, 3)).clamp_min(1e-7)
    return F.nll_loss(p, labels) + (1 - dice)[1:].mean()


network = UNet().to(memory_format=torch.channels_last)
images = torch.randn(4, 1, size, size).to(memory_format=torch.channels_last)
labels = (images[:, 0] > 0.5).long()
if work == "train":
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)

    def once():
        optimizer.zero_grad(set_to_none=True)
        loss_of(network(images), labels).backward()
        optimizer.step()

else:
    network.eval()

    def once():
        with torch.no_grad():
            network(images)


for _ in range(3):
    once()
print("ready", flush=True)
for _ in sys.stdin:
    start, before = time.perf_counter(), time.process_time()
    once()
    print(time.perf_counter() - start, time.process_time() - before, flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
