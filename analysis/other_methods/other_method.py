"""What one method says of one series: the row that commands and pages show."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.findings.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMethod:
    """What one method says about one series."""

    method: str
    random: str
    """What it treats as random."""
    change: float | None = None
    """Change of the logit of the rate from first to last x."""
    low: float | None = None
    """Lower end of its 95 % interval; None where the method gives none."""
    high: float | None = None
    p: float | None = None
    """Two-sided, unadjusted."""
    remark: str = ""
    """Its known weakness, or why it could not be run."""


def ours(finding: Finding) -> OtherMethod:
    """The finding's own test in the same form, to stand beside the others; its remark is the verdict's reason."""
    result = finding.result
    return OtherMethod(
        method="scalewatch", random="models and questions", change=result.change, low=result.change_low,
        high=result.change_high, p=result.p, remark=result.reason,
    )  # fmt: skip
