"""Photographs for the demo, drawn by the code: filled shapes on a canvas, written as PNG."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

Colour = tuple[int, int, int]
Point = tuple[float, float]

WIDTH, HEIGHT = 960, 720
TABLE, WALL, SHADE = (196, 168, 134), (228, 224, 214), (150, 124, 94)


class Canvas:
    """Rows of pixels, filled from left to right."""

    def __init__(self, wall: Colour = WALL, table: Colour = TABLE) -> None:
        """A wall, and a table before it."""
        self.rows = [bytearray(bytes(_lit(wall, 1 - y / HEIGHT / 4)) * WIDTH) for y in range(HEIGHT)]
        for y in range(470, HEIGHT):
            self.rows[y] = bytearray(bytes(_lit(table, 0.82 + (y - 470) / 1400)) * WIDTH)

    def span(self, y: int, left: float, right: float, colour: Colour) -> None:
        """Fill one row between two places."""
        a, b = max(0, round(left)), min(WIDTH, round(right))
        if 0 <= y < HEIGHT and a < b:
            self.rows[y][a * 3 : b * 3] = bytes(colour) * (b - a)

    def ellipse(self, centre: Point, across: float, down: float, colour: Colour) -> None:
        """Fill an ellipse of these radii."""
        x, y = centre
        for row in range(int(y - down), int(y + down) + 1):
            reach = 1 - ((row - y) / down) ** 2
            if reach > 0:
                self.span(row, x - across * sqrt(reach), x + across * sqrt(reach), colour)

    def shape(self, corners: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon."""
        edges = list(zip(corners, [*corners[1:], corners[0]], strict=True))
        for row in range(int(min(y for _, y in corners)), int(max(y for _, y in corners)) + 1):
            crossed = sorted(
                x0 + (row - y0) * (x1 - x0) / (y1 - y0) for (x0, y0), (x1, y1) in edges if (y0 <= row) != (y1 <= row)
            )
            for left, right in zip(crossed[::2], crossed[1::2], strict=False):
                self.span(row, left, right, colour)

    def stroke(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """Draw a line of this width through the points."""
        for (x0, y0), (x1, y1) in pairwise(points):
            long = sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2) or 1
            dx, dy = (y1 - y0) / long * width / 2, (x0 - x1) / long * width / 2
            self.shape([(x0 + dx, y0 + dy), (x1 + dx, y1 + dy), (x1 - dx, y1 - dy), (x0 - dx, y0 - dy)], colour)

    def png(self) -> bytes:
        """The picture as a PNG file."""
        raw = b"".join(b"\x00" + row for row in self.rows)
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 6)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in chunks
        )


def cup(glaze: Colour = (236, 240, 238), *, is_cracked: bool = True) -> bytes:
    """A porcelain cup, with a crack from rim to foot or without."""
    canvas = Canvas()
    canvas.ellipse((490, 590), 250, 44, SHADE)
    canvas.ellipse((665, 410), 95, 105, _lit(glaze, 0.86))
    canvas.ellipse((668, 410), 58, 68, _lit(WALL, 0.86))
    canvas.shape([(280, 270), (680, 270), (610, 585), (350, 585)], glaze)
    canvas.shape([(560, 270), (680, 270), (610, 585), (530, 585)], _lit(glaze, 0.9))
    canvas.ellipse((480, 585), 130, 26, _lit(glaze, 0.93))
    canvas.ellipse((480, 270), 200, 46, _lit(glaze, 0.97))
    canvas.ellipse((480, 276), 184, 36, (118, 80, 52))
    for x in (330, 400, 470, 540):
        canvas.ellipse((x + 20, 430), 20, 20, (58, 96, 140))
        canvas.ellipse((x + 20, 430), 11, 11, glaze)
    if is_cracked:
        crack = [(410, 300), (432, 350), (415, 395), (445, 445), (428, 500), (446, 545), (438, 590)]
        canvas.stroke(crack, 7, (60, 46, 40))
        canvas.stroke([(445, 445), (480, 468), (497, 505)], 5, (60, 46, 40))
        canvas.shape([(395, 262), (430, 262), (412, 305)], (96, 70, 52))
    return canvas.png()


def box(*, is_crushed: bool = False) -> bytes:
    """A parcel, whole or with a corner pushed in."""
    canvas = Canvas(wall=(214, 220, 224))
    canvas.shape([(190, 620), (820, 640), (860, 600), (240, 580)], SHADE)
    canvas.shape([(210, 290), (560, 340), (560, 630), (210, 570)], (186, 142, 92))
    canvas.shape([(560, 340), (790, 280), (790, 550), (560, 630)], (158, 116, 72))
    canvas.shape([(210, 290), (450, 240), (790, 280), (560, 340)], (206, 164, 112))
    canvas.shape([(300, 271), (345, 262), (680, 309), (640, 320)], (226, 206, 160))
    canvas.shape([(260, 380), (440, 408), (440, 520), (260, 488)], (244, 242, 236))
    for step in range(8):
        canvas.stroke(
            [(280 + step * 18, 410 + step * 3), (280 + step * 18, 470 + step * 3)], 4 + step % 3 * 4, (40, 40, 44)
        )
    if is_crushed:
        canvas.shape([(690, 306), (790, 280), (790, 430), (725, 400), (745, 350)], (92, 64, 38))
        canvas.shape([(700, 306), (760, 330), (735, 390), (716, 350)], (52, 36, 24))
    return canvas.png()


def teapot(glaze: Colour = (150, 76, 52)) -> bytes:
    """A clay teapot, in the colour given."""
    canvas = Canvas(wall=(222, 226, 220))
    canvas.ellipse((480, 600), 290, 46, SHADE)
    canvas.ellipse((250, 430), 110, 118, _lit(glaze, 0.8))
    canvas.ellipse((250, 430), 70, 78, _lit((222, 226, 220), 0.85))
    canvas.shape([(640, 480), (800, 300), (850, 300), (700, 560)], _lit(glaze, 0.88))
    canvas.ellipse((480, 460), 235, 145, glaze)
    canvas.ellipse((430, 410), 120, 60, _lit(glaze, 1.14))
    canvas.ellipse((480, 590), 120, 20, _lit(glaze, 0.7))
    canvas.ellipse((480, 325), 110, 30, _lit(glaze, 0.85))
    canvas.ellipse((480, 312), 96, 28, _lit(glaze, 1.08))
    canvas.ellipse((480, 274), 24, 22, _lit(glaze, 0.9))
    return canvas.png()


def shards() -> bytes:
    """A plate in pieces."""
    canvas = Canvas(table=(120, 134, 138))
    for corners, light in (
        ([(210, 560), (380, 470), (430, 620), (300, 660)], 1.0),
        ([(400, 470), (560, 440), (600, 560), (450, 610)], 0.96),
        ([(580, 440), (760, 500), (720, 610), (620, 560)], 0.92),
        ([(470, 640), (620, 590), (680, 660), (540, 690)], 0.98),
    ):
        canvas.shape([(x + 8, y + 12) for x, y in corners], (84, 94, 98))
        canvas.shape(corners, _lit((232, 236, 240), light))
        middle = (sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4)
        canvas.shape([((x + middle[0]) / 2, (y + middle[1]) / 2) for x, y in corners], _lit((88, 128, 176), light))
    return canvas.png()


def _lit(colour: Colour, light: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * light))) for part in colour)
    return red, green, blue
