unit_test(test_text_entities)
unit_test(test_text_language)
unit_test(test_text_localtime)
unit_test(test_text_words)
