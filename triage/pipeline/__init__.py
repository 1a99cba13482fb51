"""The rule side of triage as spaCy components that set documented `Doc._` extensions (`extensions.EXTENSIONS`)."""

from triage.pipeline.build import rules_pipeline
from triage.pipeline.extensions import EXTENSIONS, CueInText

__all__ = ["EXTENSIONS", "CueInText", "rules_pipeline"]
