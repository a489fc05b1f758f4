"""Who answers: the embedded outliner, or a language model behind wrappers."""
