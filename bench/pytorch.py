"""The peer: one training step and one prediction of the same U-Net in PyTorch, channels-last, on the CPU.

Speaks a line protocol, so that two implementations can be timed turn by turn: it prints "ready", then for each line
on standard input does the work once and prints its seconds; at the end of input it prints its peak memory in MB.

    python3 bench/pytorch.py train|predict resnet18|resnet34 THREADS
"""
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision

work, encoder_name, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(0)


class ConvBlock(nn.Sequential):
    def __init__(self, inputs, filters):
        super().__init__(
            nn.Conv2d(inputs, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters), nn.ReLU(inplace=True)
        )


class UNet(nn.Module):
    """segmentation_models.pytorch's Unet: torchvision's ResNet as encoder, five decoder blocks."""

    def __init__(self, classes=2):
        super().__init__()
        self.encoder = getattr(torchvision.models, encoder_name)()
        self.encoder.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)
        inputs, skips, filters = [512, 256, 128, 64, 32], [256, 128, 64, 64, 0], [256, 128, 64, 32, 16]
        self.blocks = nn.ModuleList(
            nn.Sequential(ConvBlock(i + s, f), ConvBlock(f, f)) for i, s, f in zip(inputs, skips, filters)
        )
        self.head = nn.Conv2d(16, classes, 3, padding=1)

    def forward(self, x):
        e = self.encoder
        features = [e.relu(e.bn1(e.conv1(x)))]
        y = e.maxpool(features[0])
        for layer in (e.layer1, e.layer2, e.layer3, e.layer4):
            y = layer(y)
            features.append(y)
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
images = torch.randn(4, 1, 256, 256).to(memory_format=torch.channels_last)
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
    start = time.perf_counter()
    once()
    print(time.perf_counter() - start, flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
