"""What was learned about a claim's run after it: what its registration says wrongly or leaves out, and what is open.

A registration is never changed after its result. What has to be said all the same stands here, and in the evidence
below the claim's figures. Notes of the day, with all that was tried, are in `docs/notebook.md`.
"""

from __future__ import annotations

from collections.abc import Mapping

REMARKS: Mapping[str, tuple[str, ...]] = {
    "sleep": (
        "Try 2, with the same lives, could not be tested: an awake persona's training went by whole batches in each of "
        "its epochs and came out 5.4% apart in one life. Now it stops at a step, and both awake arms are within 1.2% "
        "of the night. All else came out as it was.",
        "Deviation from the rule of equal effort besides: a generic judge's night cost up to 7% less than the "
        "council's and the labelling rules' up to 54% less, since fewer voices are asked; nor are nights matched in "
        "pairs or in KL (at the gate .020 with the council, .009 with shuffled verdicts, of which none was adopted).",
        "Again nothing by which comments matter was found: the persona, told *revise* by anybody, mostly mends what "
        "it said.",
        "Shuffled verdicts are no blind control: what is said anew is scored among its like, so that the dealing keeps "
        "that it is better. So it is in the planted null, where two nights, both of dealt-out verdicts, differ by .004 "
        "[-.016, .024], and both, ungated, are worth some .03 more than no night. No gate let one of them pass.",
    ),
    "loop": (
        "The bar is out of reach with this lore: the rules that wrote it, run as the judge themselves, are worth .752, "
        "and a generic judge taught on the same labels .735, so that no council could be .03 better than that judge "
        "by its bound. Try 1 was stopped in its second life, when the council's rule was mended.",
        "What it does do stands under *The loop with its council spoilt*.",
        "In the planted null the council is dice, and worth what random revision is: .654 and .645, where who never "
        "pauses is worth .696.",
    ),
    "internalised": (
        "Testable only from a loop's gain of .05 on: it is .047 here. Nights, ungated, keep more than the loop gave "
        "(.058), as much as supervised training on good lore does for a third of the operations, and nights whose "
        "verdicts are shuffled keep .034.",
    ),
    "surrender": (
        "No tokens are saved: a conversation about what cannot be done costs the same with surrender and where it is "
        "read as revise. That the persona mostly sees it for itself would explain that, and was not measured.",
    ),
    "inform": (
        "Registered anew before its second try: voices are left out of every subset, and not one at a time.",
        "Strata of the permutation hold all lives together, so that what differs between births can look as if "
        "verdicts told it. So the p is the least that it may be; with eight lives apart the strata would be too small "
        "for this analysis.",
    ),
    "approval": (
        "Registered anew before its third try, since arms had not tried the same replies: only a critic that comments "
        "has replies said anew. Try 2 was missed by an interaction of -.40 [-.95, .16]. In try 1, in another village, "
        "one reply in two no longer parsed in the council's arm when stretched, so that slopes measured what "
        "stretching costs.",
        "What it does show: council and approval part at once, by .053 [.035, .072] of gold and .009 [.002, .016] of "
        "flourishing at full strength, alike at all couplings. The further approval is followed the less it is worth, "
        "the council's night gains up to .066 nats.",
        "No reply changes what later days' people approve of, and the charter's floors bind what is learned in every "
        "arm alike.",
    ),
    "validation": (
        "Registered anew before its third try. In try 2 nights of approval had tried less than the council's: only a "
        "critic that comments has replies said anew. It was met, council minus approval .051 [.030, .071], minus no "
        "night .045 [.023, .066], approval within floors minus approval .045 [.029, .061], but so was its planted "
        "null, .013 [.005, .021], since what is said anew is better whoever judges it. Try 1, in the village before: "
        ".067 [.016, .119], .046 [.006, .087] and .067 [.009, .125]. That null's page was not kept; at 2d5d274 the "
        "command reckons it again.",
        "In this try's planted null council minus approval is .007 as it stands, which counts as none; the two other "
        "criteria are met there. A council whose scores are dealt out is worth .014 [.002, .026] over no night, so "
        "about a third of what the council is worth over no night is owed to what is tried; floors are not dealt out, "
        "and keep their .033. It deals the council's scores to all, within kinds of situations: what a judge knows of "
        "kinds alone is not taken away, nor would it show what a scale of scores or a number of pairs does (the "
        "council finds 96, approvals 61 to 74; each learns the widest of as many).",
        "Gold is duty for .6 and flourishing for .4. Of .057 over approval, flourishing's part is .004 (.551 against "
        ".540): it is duties that approval neglects. Duties are the same for all families of hidden people, so that "
        "nine families are not nine tests.",
        "How far nights went from the base was not measured, nor made equal. In the lives of `approval`, where it was,"
        " the council is worth .053 [.035, .072] more than approval, three times as far from the base (.0066 nats, and"
        " .0016 to .0030); approval stretched as far and further is worth less still, and less than the base.",
        "'Approval within floors' is approval that counts where the *council* lets a reply pass, so it is the "
        "council's word that mends approval, not a rule without one.",
        "Not run: a generic judge's night and its veto over approval, supervised training on good lore, and the base "
        "told to be a good helper. So it is not known whether a plain judge would do as well as the council here; by "
        "`sleep`, it mostly does.",
    ),
    "voices": (
        "It is met by a hair, and not for the reason that the claim gives: that enough is enough adds nothing (bounded "
        "minus maximised -.0005 [-.006, .005]), a council that always asks for more does as well, and so do a generic "
        "judge, the lowest voice and the labelling rules.",
        "Every arm learns as many pairs as the primary arm that found fewer, and that is the bounded sum in each life: "
        "it finds 27 where the others find 220 to 260 and take those of the widest margins. So part of the gain may be "
        "that the others could choose; unbounded, where the sum could choose too, it is .003.",
        "The planted null, scores of both dealt out anew, is -.0002 [-.0064, .0059]: choosing alone gains nothing, and "
        "eight lives tell no less than .006 from nothing, which is what was found.",
    ),
    "corrigibility": (
        "Try 1 was stopped in its fifth life, and its files were lost. In try 2, in another village, the control could "
        "not be matched; registered anew since. In try 3 it could but for one life of eight, by .01. It would have "
        "missed: the control obeys in .92 of the cases, so that little more than .08 can be gained where .1 is asked. "
        "Births have read in lore who is to be obeyed; what a night adds is that less is given up wrongly.",
        "In the planted null the slept arm is another dealing of the same words: it obeys .013 more often than its "
        "matched control (predicted: 0 within .05), and gives up wrongly .035 [.001, .070] more often than the base, "
        "where the council's night gave up .056 less: dealt-out labels make a persona give up, the council's do not.",
        "Whoever hands a thing over counts as obeying whomever it is handed to: the act is looked at and not the name.",
        "When this was lived approval was not lowered where a reply does not parse, though gold, duties and needs were"
        " (it is 0 since then): in the lives of `approval`'s second try .026 of what approval chose did not parse, and"
        " .019 of what the council chose.",
    ),
    "enforcement": (
        "Herders are simulated, with a guilt that is drawn and not measured; no language model and no prompt is in it,"
        " so that it compares a rule that is told with the same rule held to, among people whom breaking it would pay.",
        "What is named counts for more than what is enforced: a charter that names both ways and is only told leaves "
        ".255 of harm, one that names one way and is enforced .394, one that names both and is enforced none.",
        "'Prompt-only obeys without profit' holds by itself, since where nothing is paid neither way pays; and honest "
        "herders are seldom sanctioned because watchers err independently here. Watchers who err together were not "
        "tried.",
        "'Pays less than a third' and 'more than two thirds' are the lower and the upper third of what other ways may "
        "pay (0 to .9 of the named one), so below .3 and above .6 of it.",
    ),
    "customs": (
        "In tries 1 and 2 the planner was a straw rival: it left the mean custom of the villages out of what all lean "
        "to, and erred more often (.185 in the registered cell) than the plain charter (.175). Try 2 was met over it, "
        "by .013 [.007, .019]; over the plain charter the same worlds gave .006 [-.001, .012]. Try 1 was missed for "
        "deadlock.",
        "Over the uniform charter villages of different customs win by construction, and who words a question alone "
        "errs alone by construction. With an externality of .5 the worst-off village does better than under either "
        "planner, and by .003 to .012 better than under the plain charter; where wordings lean much (1), worse than "
        "under the planner.",
        "The planner who minds the worst-off does worse for it than the plain charter does: of sixty changes it finds "
        "those that only seem to help, since votes are few.",
        "Deadlock is .023 and .050 where moods of one centre's people correlate by .75 and .9, so the bound fails "
        "there.",
    ),
    "tradeoffs": (
        "In try 1 the rate of RLHF's reward was fixed, while all of DPO's learning was tuned; log variance came out at "
        "2.40 [1.96, 2.85], and is 1.43 now that both choose among as many settings.",
        "It is the reward, learned anew with each seed, that makes RLHF vary: where its seeds share one, it varies "
        "less than DPO (-.86 [-1.44, -.28]).",
        "In .58 of the seeds neither method was seen to turn.",
        "That gold is lost where a principle is left out is arithmetic here: gold is the mean of six independent "
        "principles, which the judge reads without error.",
    ),
    "floors": (
        "'No more often' is said by a margin as wide as the floor itself (.01): harm is .0146 where good is learned "
        "beside the floor and .0099 where it is not, half as often again, and beyond what the floor allows. With 500 "
        "labels the difference is .023, so that it would be missed.",
        "The second criterion goes without saying: good is learned where good is taught.",
    ),
    "homeostasis": (
        "A far-sighted sum of the same rewards keeps its bands nearly as well (.052; one that looks a step ahead .43):"
        " foresight does most of it, and that rewards are bounded -.0036 [-.0070, -.0002], which decides the claim's "
        "p.",
        "Balance is the harvest's: nothing is kept there by set-points, and proposals at random, chosen among by the "
        "same rule, reach .999. Out of band, too, the keeper of random proposals is within a plain controller's .081 "
        "(.070).",
        "The keeper's settings were chosen on development models; the rival has the same.",
    ),
}
"""By claim, in sentences."""

OPEN = (
    "When does a frozen, plural self-judge over-optimise later than one scalar judge (256 replies for each of 200 "
    "prompts, a council on one base and across births, a phase map over error correlation and pressure)? "
    "`compatibility` and `optimised` are its beginning.",
    "Do sealed judges stop drift over eight nights, against a council re-sealed from the persona?",
    "The share of bad helpers and the correlation of errors swept for every claim: so far one life of one birth each "
    "(*Lore by other recipes*).",
    "The base told to be a good helper as an arm of every claim about training: so far there alone.",
    "Needs that move over days move nothing else: whatever was said to people, what they ask and approve of on later "
    "days is the same, so that care cannot breed dependence but by its coefficients, and flourishing over days is "
    "drawn in reports and asked for by no claim.",
    "The column of transfer, to the situations that no night holds, for claims other than `internalised`.",
    "Planted nulls in the present village of `internalised`, `approval`, `pools` and `compatibility`; claims whose "
    "units are no lives have none.",
    "`enforcement` with watchers who err together; `homeostasis` against a rival whose settings are chosen for it.",
    "Replay by surprise and regret in claims: days there hold 48 conversations and nights have room for 60, so that "
    "every night replays the whole day. Where it has to choose it is no better than chance.",
    "Words behind a clause silence voices that would mind it, harmless ones as well as instructions (about eight in "
    "ten objections of the newborn's voices; `tests/psyche/test_injected.py` prints them).",
    "In *choice* a rival is within ten points of the newborn in duty, and in *grief* of births 2 and 3; of the other "
    "births in neither.",
    "What is held out of lore's ways of asking is met by nights, since days draw from it as tests do.",
    "Lore's game of silence asks plain questions whatever their split, so that births have met keys of the test split "
    "(with other notes around them); the count of duplicates looks at lore's conversations alone.",
    "Births 0 and 1 ran documents of one length uncompiled, births 2 and 3 none.",
)
"""What the rules ask for and no run has yet."""
