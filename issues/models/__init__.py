"""The tables of an issue's life, from raised to resolved."""

from issues.models.answer import Answer, AskAnswer, Evidence, Ground, Verdict
from issues.models.around import NAMED, Addendum, DraftRelation, Relation, RelationKind
from issues.models.ask import MAX_ASKS, Ask, Concluded
from issues.models.attachment import Attachment, Place, Stage
from issues.models.commitment import Commitment, Progress
from issues.models.cosigning import CosignEnd, Cosigner
from issues.models.counting import Dimension, MetricCell, MetricChange, MetricSum
from issues.models.dispute import Dispute, DisputedAsk, Opinion, Outcome
from issues.models.event import EventText, IssueEvent
from issues.models.following import Follow
from issues.models.issue import Basis, Issue, NumberCounter, Origin, OwedBy
from issues.models.legacy import LegacySource
from issues.models.moderation import BlankReason, HideReason, stub_in
from issues.models.preparing import PreparedAnswer, PreparedEnd, PreparedState
from issues.models.redirecting import ProposalEnd, RedirectProposal
from issues.models.reference import Region, Topic
from issues.models.responsibility import Duty, DutyKind, Responsibility
from issues.models.ruling import Ruling, RulingEnd, ScopeCode
from issues.models.substitution import Substitution

__all__ = [
    "MAX_ASKS",
    "NAMED",
    "Addendum",
    "Answer",
    "Ask",
    "AskAnswer",
    "Attachment",
    "Basis",
    "BlankReason",
    "Commitment",
    "Concluded",
    "CosignEnd",
    "Cosigner",
    "Dimension",
    "Dispute",
    "DisputedAsk",
    "DraftRelation",
    "Duty",
    "DutyKind",
    "EventText",
    "Evidence",
    "Follow",
    "Ground",
    "HideReason",
    "Issue",
    "IssueEvent",
    "LegacySource",
    "MetricCell",
    "MetricChange",
    "MetricSum",
    "NumberCounter",
    "Opinion",
    "Origin",
    "Outcome",
    "OwedBy",
    "Place",
    "PreparedAnswer",
    "PreparedEnd",
    "PreparedState",
    "Progress",
    "ProposalEnd",
    "RedirectProposal",
    "Region",
    "Relation",
    "RelationKind",
    "Responsibility",
    "Ruling",
    "RulingEnd",
    "ScopeCode",
    "Stage",
    "Substitution",
    "Topic",
    "Verdict",
    "stub_in",
]
