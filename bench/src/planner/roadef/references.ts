/** What one of the challenge's final teams (S41) reported for set A after 300 s. */
export const references: Readonly<Record<string, number>> = {
  a1_1: 44306501,
  a1_2: 777912030,
  a1_3: 583006422,
  a1_4: 262125116,
  a1_5: 727578310,
  a2_1: 329,
  a2_2: 746097632,
  a2_3: 1210644572,
  a2_4: 1680615349,
  a2_5: 318358949,
};
