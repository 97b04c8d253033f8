"""What people typically want from and give each other at events, as pairs of sentences that any encoder can place.

The sentences are free of topics: a goal near "I am raising money" is served by a phrase near "I invest money", whatever
the field. How near is what `channels` turns into features.
"""

from __future__ import annotations

from typing import NamedTuple


class Intent(NamedTuple):
    """One kind of exchange: the words of who needs it and of who gives it."""

    name: str
    need: str
    give: str


INTENTS = (
    Intent(
        "invest",
        "We are raising money and look for investors.",
        "I invest money in young companies, tickets of this size.",
    ),
    Intent("loan", "We need a loan or project debt.", "We lend money and finance projects."),
    Intent("grant", "We look for grants or a foundation to fund our work.", "We award grants and fund projects."),
    Intent("dealflow", "I look for start-ups to invest in.", "We are a young company raising a funding round."),
    Intent("hire", "We have open positions and want to hire people.", "I have these skills and look for a new job."),
    Intent("job", "I am looking for a job or my next role.", "We are hiring, we have open positions in our team."),
    Intent("intern", "I look for an internship, thesis topic or traineeship.", "We take students, interns and trainees."),
    Intent("students", "We look for students, apprentices or interns.", "I am a student looking for experience."),
    Intent(
        "customer",
        "We look for customers who would buy our product.",
        "We have this problem in our operations and a budget to solve it.",
    ),
    Intent(
        "pilot",
        "We need a pilot customer to test our prototype.",
        "We can host a trial on our site and test new technology.",
    ),
    Intent("supplier", "We need a supplier or manufacturer.", "We manufacture and supply parts and materials."),
    Intent(
        "solution",
        "I need a practical solution for a problem in my daily work.",
        "We sell a product that solves this problem.",
    ),
    Intent("service", "I need somebody to do a project for us.", "I take freelance contracts and consulting projects."),
    Intent("contract", "I am looking for my next freelance contract.", "We have budget for an external freelancer."),
    Intent(
        "distribution",
        "We look for distributors and resellers abroad.",
        "We distribute and resell products in our region.",
    ),
    Intent("represent", "We look for products to distribute.", "We make a product and want partners to sell it abroad."),
    Intent("cofounder", "I am looking for a co-founder.", "I would like to join or start a company with somebody."),
    Intent("successor", "I look for somebody to take over my business.", "I want to take over an existing company."),
    Intent(
        "advice",
        "I would like advice from somebody who has done this before.",
        "I have many years of experience and share what went wrong.",
    ),
    Intent("mentor", "I am looking for a mentor.", "I like to mentor younger people."),
    Intent(
        "mentee",
        "I would like to pass on my knowledge to younger people.",
        "I am at the beginning of my career and want to learn.",
    ),
    Intent(
        "peers",
        "I want to exchange with peers who have the same job.",
        "I have the same job and the same daily worries.",
    ),
    Intent(
        "data",
        "I need real measurement data for my research.",
        "We have years of records and data that nobody analyses.",
    ),
    Intent(
        "analysis",
        "We have data and need somebody who can analyse it.",
        "I analyse data and develop statistical methods.",
    ),
    Intent(
        "collaborate",
        "I look for research collaborators and co-authors.",
        "I do research in this field and publish papers.",
    ),
    Intent("consortium", "We look for partners for a project proposal.", "We lead applications and manage funded projects."),
    Intent(
        "access",
        "I need access to equipment, a laboratory or samples.",
        "We have a laboratory with instruments that others may use.",
    ),
    Intent("users", "We look for users for our facility or tool.", "I need to measure my samples or run my experiments."),
    Intent("site", "We look for a site, building, land or space.", "We have empty space, land or a building to let."),
    Intent("tenant", "I look for tenants for my rooms.", "We need rooms and premises for our work."),
    Intent(
        "press",
        "I look for people whose story I can write about.",
        "I have a story to tell and experience to share in public.",
    ),
    Intent(
        "publicity",
        "I would like journalists and the public to hear about us.",
        "I am a journalist and write about this.",
    ),
    Intent("speaker", "I look for speakers and guests.", "I give talks and sit on panels."),
    Intent(
        "sponsor",
        "We look for a sponsor for our community.",
        "We have a sponsorship budget for communities and events.",
    ),
    Intent("volunteer", "We need volunteers and helping hands.", "I can help with my own hands and time, unpaid."),
    Intent(
        "regulation",
        "I need to understand the rules, permits and certification.",
        "I work for the authority that makes the rules.",
    ),
    Intent(
        "evidence",
        "I collect evidence from practice before we decide the policy.",
        "We are affected by this regulation every day.",
    ),
    Intent("legal", "I need legal, tax or accounting help.", "I am a lawyer or tax adviser."),
    Intent(
        "expert",
        "I look for an expert who knows this technology from inside.",
        "I know this machine and technology from the inside.",
    ),
    Intent("licence", "I want to license or buy a technology.", "We have a patent and want to license it."),
    Intent(
        "market",
        "I want a way into a new country and local contacts.",
        "I know the local market and can open doors here.",
    ),
    Intent(
        "integrate",
        "We look for integration and technology partners.",
        "We integrate systems and build on other products.",
    ),
    Intent("training", "We need training and teaching for our people.", "I teach, train and give workshops."),
    Intent("design", "I need a designer or somebody for communication.", "I design and make brands, interfaces and text."),
    Intent("develop", "I need a software developer.", "I write software."),
    Intent(
        "maintain",
        "I look for contributors to my project.",
        "I would like to contribute to a meaningful project in my free time.",
    ),
    Intent("belong", "I am new here and want to belong to a group.", "We are a community that welcomes new people."),
    Intent(
        "reviewers",
        "We look for reviewers, jury or board members.",
        "I serve on juries and boards and review proposals.",
    ),
)
