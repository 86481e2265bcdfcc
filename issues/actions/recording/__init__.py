"""Issues of another register, taken over by the batch: recorded once, and again where the register says something else.

What is recorded has no duties, no clock and no moves (domain.md section 2). Its events carry the dates of the register,
so that the chain tells the issue's own story; the fact `entered_on` tells when it came here.
"""

from issues.actions.recording.batch import Outcome
from issues.actions.recording.bodies import BodyNames
from issues.actions.recording.records import FIELDS, Record, Reference, checked_record
from issues.actions.recording.taking import record

__all__ = ["FIELDS", "BodyNames", "Outcome", "Record", "Reference", "checked_record", "record"]
