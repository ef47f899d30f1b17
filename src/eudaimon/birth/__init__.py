"""How a model is born: from village lore (`birth.village`) or from real text (`birth.text`)."""
