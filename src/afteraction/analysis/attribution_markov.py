"""The removal effect: how many conversions a chain of touches would lose without a channel, solved exactly.

A path is taken as a walk between channels that remembers only the last one, and ends in conversion or failure (Anderl,
Becker, von Wangenheim & Schumann 2016, Int. J. Res. Mark. 33:457). Paths that are still open are censored, not
failures: those whose end is known are weighted to stand for them. Counting the steps that open paths have made and no
end would not do: conversions come sooner than failures are known.
"""

import numpy as np

from afteraction.analysis.arrays import Flags, Floats


def removal_effects(steps: Floats) -> Floats:
    """The share of all conversions that each channel's removal takes (… × k).

    `steps` are weighted counts (… × (k + 1) × (k + 2)), as `attribution_kernel.divided` has them: first row the start,
    last columns conversion and failure.

    Absorbing chain with transitions Q between channels, r to conversion, s from the start: N = (I - Q)⁻¹, and the
    conversions are P = s N r (Kemeny & Snell 1960, ch. 3). To remove channel i is to end in failure whatever enters it;
    that takes what passes through it: P - P₋ᵢ = hᵢ (N r)ᵢ, with hᵢ = (s N)ᵢ / Nᵢᵢ the chance ever to come to it. So one
    inverse gives all k effects. 0 where nothing converts.
    """
    k = steps.shape[-1] - 2
    total = steps.sum(axis=-1, keepdims=True)
    chance = np.divide(steps, total, out=np.zeros_like(steps), where=total > 0)
    start, between, convert = chance[..., 0, :k], chance[..., 1:, :k], chance[..., 1:, k]
    # A state that no end was ever reached from is one in which a walk stays; nothing passes on through it.
    between = np.where(_ending(between, chance[..., 1:, k:].sum(axis=-1) > 0)[..., None], between, 0.0)
    inverse = np.linalg.inv(np.eye(k) - between)
    onward = np.einsum("...ij,...j->...i", inverse, convert)
    visited = np.einsum("...i,...ij->...j", start, inverse) / np.diagonal(inverse, axis1=-2, axis2=-1)
    converted = np.einsum("...i,...i->...", start, onward)[..., None]
    lost = visited * onward
    return np.asarray(np.divide(lost, converted, out=np.zeros_like(lost), where=converted > 0))


def _ending(between: Floats, ends: Flags) -> Flags:
    """The states from which an end can be reached, some having one themselves."""
    while True:
        further = ends | ((between > 0) & ends[..., None, :]).any(axis=-1)
        if np.array_equal(further, ends):
            return ends
        ends = further
