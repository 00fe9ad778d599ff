"""What calls for a notice: life events, plans and states by their names, and the flags that a fact may have."""

from collections.abc import Mapping

FLAGS: Mapping[str, str] = {
    "by_card": "特例転出 or 特例転入: no certificate on paper",
    "on_paper": "転出証明書, or the certificate that stands for it",
    "abroad": "国外転出 (異動事由 22)",
    "card_not_continued": "the card's 継続利用 was not entered with the 転入",
    "is_head": "世帯主",
    "was_head": "世帯主 until the death",
    "two_remain": "at least two persons remain in the household",
    "special_permanent": "特別永住者; of a child: born to one",
    "household_in_nhi": "somebody of the household is in 国民健康保険",
    "care_certified": "要介護認定 or 要支援認定 at the origin",
    "pension_unconfirmed": "no 機構保存本人確認情報 by which the pension service would learn the address",
    "seal_registered": "印鑑登録",
    "by_court": "裁判離婚",
    "returns_to_former_surname": "婚姻前の氏に復する",
    "has_child": "a child of the age of 児童手当 in the household",
    "has_pupil": "a child of school age in the household",
    "child_rearing_allowance": "児童扶養手当 is paid",
    "tax_exempt": "住民税 非課税 by the newest assessment",
    "asked_to_be_told": "has asked for 本人通知",
    "is_resident": "住民である: the record tells what a resident will have to know one day",
    "stay_ends": "在留期間の満了の日 is registered, and not over",
    "measure_lasts": "支援措置 or 仮支援措置 with a last day",
}
"""What a fact may say beside its dates, and what it means; a fact that does not say so counts as no."""

TRIGGERS: Mapping[str, str] = {
    "plan.move": "転出の予定: an application online",
    "plan.relocation": "転居の予定",
    "plan.birth": "出産の予定; the subject is the parent",
    "plan.death": "somebody asks what is to be done; the subject is the person who asks",
    "plan.divorce": "離婚の予定, and a court's judgment that was not notified yet",
    "state.insurance_left": "another health insurance ended (社保離脱)",
    "state.insurance_joined": "another health insurance began (社保加入)",
    "state.divorced": "離婚, by the 本籍地's notice",
    "state.married": "婚姻, by the 本籍地's notice",
    "state.school_entry": "a child is to enter school",
    "state.age_reached": "an age that the law names lies ahead",
    "state.stay_ending": "在留期間 will end",
    "state.measure_ending": "支援措置 will end",
    "state.certificate_issued": "somebody else got a certificate (住民票の写し等)",
    "state.withdrawn": "what was told before does not hold: made by the decider itself, no fact says so",
}
"""What calls for a notice beside a life event: a plan (nothing of it is registered) or a state."""
DIED, WITHDRAWN = "vital.Died", "state.withdrawn"
APPLIED, MEASURED = "residence.MoveOutApplied", "protection.ProtectionChanged"
LOADED, AMENDED = "residence.RecordLoaded", "residence.RecordAmended"
_OF_A_RECORD = ("state.age_reached", "state.school_entry", "state.stay_ending")
CARRIED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((LOADED, AMENDED, "residence.MovedIn", "residence.Relocated", "vital.Born"), _OF_A_RECORD),
    MEASURED: ("state.measure_ending",),
    APPLIED: ("plan.move",),
}
"""Plans and states that stand in a record of the log: they begin with it, and the next of the kind overtakes them."""
LIES_AHEAD = frozenset(_OF_A_RECORD)
"""What may be years away: nobody is asked about it now, the offices' own lists tell them when its day is near."""
BY_ITSELF = frozenset({LOADED, AMENDED})
"""Records in which nothing happens: others have a part in them only where a rule tells them of what lies ahead."""
SAYS_PROTECTION = frozenset({LOADED, AMENDED, MEASURED})
"""001's own word about how a person stands, by which a stricter one ends as well."""
HERS_ALONE = frozenset({APPLIED, MEASURED})
"""Nobody else is ever told that there was such a fact."""


def triggers_of(trigger: str) -> tuple[str, ...]:
    """What a fact calls for notices as: itself, and what its record carries."""
    return (trigger, *CARRIED.get(trigger, ()))


FOR_SOMEBODY = frozenset({"plan.birth", "plan.death"})
"""Plans that are fulfilled by a fact about somebody else, in which their subject has a part."""
