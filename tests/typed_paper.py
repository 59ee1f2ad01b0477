"""A committee paper as a person types it, about the sample, in the shape of the source and in words of our own."""

from __future__ import annotations

TYPED = """\
Meeting\tSPA Policing Performance Committee
Date\t18 September 2024
Location\tWebex
Title of Paper\tHMICS Improvement Plans – Progress Summary
Presented By\tACC Professionalism and Assurance

PURPOSE

This paper brings members up to date on six inspections.

1 BACKGROUND

1.1 It covers the following publications:

Publication\tDate\tTotal Recs\tLast Update\tNo. of updates
Online Child Sexual Abuse\tFeb 2020\t11\tMarch 2024\t4
Crime Audit 2020\tMar 2021\t6\tMarch 2024\t5
Hate Crime\tJun 2021\t15\tMarch 2024\t5
Contact Assessment Model\tSept 2022\t8 recs\tMarch 2024\t3
Domestic Abuse\tJan 2023\t13\tMarch 2024\t2
Mental Health Demand\tOct 23\t13\tMarch 2024\tNew Plan

2 PROGRESS

2.1 The graph at figure 1 has the status of each publication, and figure 2 the themes.

Figure 1 Status of each publication

2.2. Online Child Sexual Abuse

Total\tClosed\tOngoing – on track\tOngoing - delayed
11\t10\t0\t1

2.2.1 Closures

Recommendation 11 has been completed since the last update.

2.2.2 Progress since last update

One recommendation remains ongoing: the way in which forensic examinations are asked for (OCSA-x1).

2.3 Crime Audit 2020

Total\tClosed\tOngoing – on track\tOngoing - delayed
6\t1\t0\t5

All target dates have now been extended to June 2025.

2.3.1 Progress since last update

5 actions (Recs 2 to 6) remain open.

Recommendation 2 - The recording strategy.

Evidence was submitted to HMICS for review in July 2024.

Recommendation 3 - Compliance of incidents.

Recommendation 4 - The structure of crime management units.

Both were outlined in the draft that was sent to HMICS in August 2024.

Recommendation 5 - Learning and training.

Recommendation 6 - Business change.

Position: In July 2024 evidence was submitted to HMICS on how data is governed, with the

training that goes with it.

2.4 Hate Crime

Total\tClosed\tOngoing – on track\tOngoing – delayed
15\t10\t0\t5

2.4.1 Closures

Recommendation 3 has been discharged by HMICS since the last update. Recommendation 8 has been submitted for closure since the previous update.

2.4.2 Progress since the last update

There are 5 recommendations that are ongoing.

Recommendation 2: National policy and local delivery.

Evidence is being collated.

Recommendation 5: Partnerships.

Recommendation 6: Reporting by third parties.

Evidence was submitted to HMICS in May 2024 and closure proposed; HMICS recommended the action remain open.

Recommendation 10: Use of data.

Recommendation 13: Crime against officers.

2.5 Contact Assessment Model

Total\tClosed\tOngoing – on track\tOngoing - delayed
8\t4\t0\t4

2.5.1 Closures

Recommendation 2 has been submitted for closure since the previous update.

2.5.2 Progress since last update

Recommendation 1: Appointments.

Recommendation 3: Failure demand.

Recommendation 4: Resolution teams.

Recommendation 5: Diverting to partners.

2.6 Domestic Abuse

Total\tClosed\tOngoing – on track\tOngoing - delayed
13\t3\t4\t6

2.6.1 Closures

Two recommendations have been discharged by HMICS since the previous update – Recommendations 3 and 4. Recommendation 12 is proposed for closure.

2.6.2 Progress since the last update

Four recommendations are on track.

2.7 Mental Health Demand

Total\tClosed\tOngoing – on track\tOngoing – delayed
13\t0\t13\t0

All recommendations are currently on track with two recommendations (13 & 14) due September 2024, and three more recommendations (R2; R4 & R7) due January 2025.

2.7.1 Progress since the last update

Recommendations 2, 3, 4 and 14

A task force was formed.

Recommendations 5, 6 and 7

Training is looked at.

2.8 Themes

Governance - How decisions are led.

Guidelines - Procedures and policies.

Compliance - Keeping to the rules.

Resources - People and skills.

Better Practice - Chances to improve.

Figure 2 - Themes

Governance\tGuidelines\tCompliance\tResources\tBetter Practice
Clearer oversight.\tCurrent guidance.\tAssured quality.\tBetter use of data.\tNew technology.

3. FINANCIAL IMPLICATIONS

3.1 There are no financial implications.

RECOMMENDATIONS

Members are invited to discuss the paper.
"""
