"""The staff: users, teams, roles and what they may do, API tokens.

Owns User, Team, Token. Leaves presence and shifts to workforce, and which 窓口 a person may see to channels.
"""
