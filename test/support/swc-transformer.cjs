// SWC for Jest. The projects transform alike, so they share what they have transformed: Jest's own key differs by project.
const swc = require('@swc/jest');

module.exports.createTransformer = (options) => {
  const transformer = swc.createTransformer(options);
  const getCacheKey = (source, path, settings) =>
    transformer.getCacheKey(source, path, { ...settings, configString: settings.config.rootDir });
  return { ...transformer, getCacheKey };
};
