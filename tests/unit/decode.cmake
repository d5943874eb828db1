unit_test(test_decode_date)
unit_test(test_decode_decode)
unit_test(test_decode_fixtures)
unit_test(test_decode_oracle PkgConfig::LIBXML)
