"""The words that the texts of large registers are generated from; all are invented."""

SUBJECTS = (
    "Custody", "Missing People", "Road Safety", "Fraud", "Firearms Licensing", "Stop and Search", "Digital Forensics",
    "Call Handling", "Local Partnerships", "Rural Crime", "Fleet", "Estates", "Workforce Planning", "Vetting",
    "Complaints", "Cybercrime", "Child Protection", "Adult Support", "Public Order", "Intelligence", "Data Quality",
    "Body Worn Video", "Detective Training", "Wellbeing", "Serious Crime", "Stalking", "Youth Justice", "Property",
    "Air Support", "Search Teams", "Interpreting", "Forensic Science", "Warrants", "Witness Care", "Major Events",
)  # fmt: skip
SCOPES = (
    "Inspection", "Follow-up Inspection", "Thematic Review", "Assurance Review", "Audit", "Progress Review",
)  # fmt: skip
AREAS = (
    "Northern Isles", "Eastern Division", "Western Division", "the Borders", "the Capital", "the Coast",
    "the Highlands", "the Central Belt", "Headquarters", "the Islands", "the South West", "the North East",
)  # fmt: skip
VERBS = (
    "Review", "Publish", "Agree", "Strengthen", "Simplify", "Record", "Share", "Test", "Replace", "Measure", "Fund",
    "Explain", "Standardise", "Audit", "Automate", "Extend", "Bring together", "Clarify",
)  # fmt: skip
OBJECTS = (
    "the guidance for supervisors", "how demand is forecast", "the training of new staff", "the quality checks",
    "the handover between shifts", "the records kept of decisions", "the agreement with health boards",
    "the register of risks", "what victims are told and when", "the use of analysts", "the welfare checks",
    "the performance figures", "the equipment at each station", "the plan for continuity", "the referral route",
    "the retention of data", "the advice line", "the rota at weekends", "the backlog of requests", "the budget",
    "the interview rooms", "the feedback from communities", "the annual survey", "the way lessons are passed on",
)  # fmt: skip
ENDS = (
    "so that every division works alike", "before the next financial year", "with partners at the table",
    "and report the result to the committee", "so that nobody waits longer than a week", "and keep it under review",
    "with the help of service users", "so that the evidence can be checked", "and say who answers for it",
    "without adding work at the front line",
)  # fmt: skip
NEWS = (
    "The working group met and agreed the next steps", "A draft is with the divisions for comment",
    "The pilot has ended and its findings are being written up", "Staff changes have held this up",
    "The supplier has given a date for the change", "Training has begun in two divisions",
    "Figures for the quarter show an improvement", "Legal advice has been asked for",
    "The owner has changed and a handover has been done", "Evidence is being gathered",
)  # fmt: skip
UNITS = (
    "Contact Centre", "Criminal Justice Services", "Corporate Finance", "Digital Division", "Estates Team",
    "People and Development", "Public Protection", "Specialist Crime", "Operational Support", "Analysis and Performance",
    "Legal Services", "Partnerships Team", "Professional Standards", "Community Safety", "Change Programme",
    "Information Assurance", "Learning and Training", "Local Command North", "Local Command East", "Local Command West",
)  # fmt: skip
PEOPLE = ("A Reid", "B Munro", "C Laing", "D Innes", "E Gunn", "F Baird", "G Orr", "H Tait")
PUBLISHERS = ("The Inspectorate", "The Audit Office", "The Authority", "The Commissioner")
